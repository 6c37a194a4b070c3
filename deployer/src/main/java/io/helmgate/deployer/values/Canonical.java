package io.helmgate.deployer.values;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Texts and digests that are equal for equal JSON values, whatever the order of their names. */
public final class Canonical {

  private Canonical() {}

  public static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> map -> {
        var sorted = new TreeMap<String, String>();
        map.forEach((name, field) -> sorted.put(String.valueOf(name), of(field)));
        var text = new StringBuilder("{");
        sorted.forEach((name, field) -> text.append(list(name, field)));
        yield text.append('}').toString();
      }
      case List<?> elements ->
          "[" + list(elements.stream().map(Canonical::of).toArray(String[]::new)) + "]";
      case String string -> "\"" + string;
      case Number number -> new BigDecimal(number.toString()).stripTrailingZeros().toString();
      default -> value.toString();
    };
  }

  /** Texts with their lengths, so that no two lists of texts are written alike. */
  public static String list(String... texts) {
    var all = new StringBuilder();
    for (String text : texts) {
      all.append(text.length()).append(':').append(text);
    }
    return all.toString();
  }

  /** SHA-256 in hexadecimal digits. */
  public static String digest(String text) {
    return HexFormat.of().formatHex(sha256(text));
  }

  public static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every platform has SHA-256", e);
    }
  }
}
