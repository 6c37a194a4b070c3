package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Write;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Digests by which repetitions of a request are known. */
final class RequestDigest {

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int ID_LENGTH = 32;

  private RequestDigest() {}

  /** Equal for equal requests; the order of names in values does not count. */
  static String of(Write write) {
    return HexFormat.of().formatHex(sha256(text(write)));
  }

  /** The id of the operation that a named request makes: of one user, on one release. */
  static String id(Caller caller, ReleaseRef ref, String requestId) {
    return id(sha256(list(caller.user(), ref.namespace(), ref.name(), requestId)));
  }

  /** An id made of at least 32 random bytes. */
  static String id(byte[] bytes) {
    var id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ALPHABET.charAt(bytes[i] & 31));
    }
    return id.toString();
  }

  private static String text(Write write) {
    return switch (write) {
      case Write.Install(DeployRequest request) -> list("install", deploy(request));
      case Write.Upgrade(DeployRequest request) -> list("upgrade", deploy(request));
      case Write.Rollback request -> list("rollback", request.toString());
      case Write.Uninstall request -> list("uninstall", request.toString());
      case Write.Unlock request -> list("unlock", request.toString());
    };
  }

  private static String deploy(DeployRequest request) {
    return list(
        request.ref().toString(),
        request.chart(),
        request.version().toString(),
        request.values().map(RequestDigest::canonical).orElse(""),
        String.valueOf(request.awaitReady()),
        request.timeout().toString());
  }

  private static String canonical(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> map -> {
        var sorted = new TreeMap<String, String>();
        map.forEach((name, field) -> sorted.put(String.valueOf(name), canonical(field)));
        var text = new StringBuilder("{");
        sorted.forEach((name, field) -> text.append(list(name, field)));
        yield text.append('}').toString();
      }
      case List<?> elements ->
          "[" + list(elements.stream().map(RequestDigest::canonical).toArray(String[]::new)) + "]";
      case String string -> "\"" + string;
      default -> value.toString();
    };
  }

  /** Texts with their lengths, so that no two lists of texts are written alike. */
  private static String list(String... texts) {
    var all = new StringBuilder();
    for (String text : texts) {
      all.append(text.length()).append(':').append(text);
    }
    return all.toString();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every platform has SHA-256", e);
    }
  }
}
