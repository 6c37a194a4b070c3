package io.helmgate.deployer.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The types of scalars by goyaml.v2's resolve.go, through which Helm and the API server read: YAML
 * 1.1 with {@code y} for true, without times and sexagesimals.
 */
final class Scalars {
  private static final String TAGS = "tag:yaml.org,2002:";
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Pattern BEYOND_JSON =
      Pattern.compile("[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "([-+]?)(?:0[xX]([0-9a-fA-F]++)|0[bB]([01]++)|0[oO]?([0-7]++)|(0|[1-9][0-9]*+))");
  private static final int[] RADIX = {16, 2, 8, 10};
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(?:\\.[0-9]++|[0-9]++(?:\\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?");

  /** Of 64 bits in the smallest base, with room for leading zeros. */
  private static final int MAX_DIGITS = 128;

  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int UNSIGNED_BITS = 64;

  private Scalars() {}

  /**
   * The value of a scalar.
   *
   * @param tag null for none
   * @param quoted whether it stands in quotes or in a block
   * @throws NoYamlException when it is not what its tag says, or nothing that JSON has
   */
  static @Nullable Object of(@Nullable String tag, boolean quoted, String text)
      throws NoYamlException {
    if (tag == null) {
      return quoted ? text : plain(text);
    }
    return switch (tag.startsWith(TAGS) ? tag.substring(TAGS.length()) : "") {
      case "bool" -> plain(text) instanceof Boolean bool ? bool : mistyped();
      case "null" -> plain(text) == null ? null : mistyped();
      case "int" ->
          plain(text) instanceof Number number && !(number instanceof Double) ? number : mistyped();
      case "float" -> plain(text) instanceof Number number ? number : mistyped();
      case "binary" -> binary(text);
      default -> text;
    };
  }

  /** The text that a key is in JSON. */
  static String key(@Nullable Object key) throws NoYamlException {
    return switch (key) {
      case String text -> text;
      case Boolean bool -> bool.toString();
      case Double number ->
          new BigDecimal(Float.toString(number.floatValue())).stripTrailingZeros().toPlainString();
      case Number number -> number.toString();
      case null, default -> throw new NoYamlException("a key that is no text");
    };
  }

  private static @Nullable Object plain(String text) throws NoYamlException {
    if (NULL.contains(text)) {
      return null;
    }
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    if (BEYOND_JSON.matcher(text).matches()) {
      throw new NoYamlException("a number that JSON does not have");
    }
    Object number = number(text);
    return number == null ? text : number;
  }

  private static @Nullable Object number(String text) {
    char first = text.charAt(0);
    if (first == '.') {
      return decimal(text);
    }
    if (first != '+' && first != '-' && (first < '0' || first > '9')) {
      return null;
    }
    String digits = text.replace("_", "");
    Number integer = integer(digits);
    return integer == null ? decimal(digits) : integer;
  }

  private static @Nullable Number integer(String text) {
    Matcher matcher = INTEGER.matcher(text);
    if (text.length() > MAX_DIGITS || !matcher.matches()) {
      return null;
    }
    for (int i = 0; i < RADIX.length; i++) {
      String digits = matcher.group(i + 2);
      if (digits != null) {
        String sign = matcher.group(1);
        return integer(sign, new BigInteger(sign.equals("-") ? "-" + digits : digits, RADIX[i]));
      }
    }
    return null;
  }

  private static @Nullable Number integer(String sign, BigInteger value) {
    if (value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0) {
      long number = value.longValue();
      if (number == (int) number) {
        return (int) number;
      }
      return number;
    }
    return sign.isEmpty() && value.bitLength() <= UNSIGNED_BITS ? value : null;
  }

  private static @Nullable Double decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      return null;
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? value : null;
  }

  private static String binary(String text) throws NoYamlException {
    try {
      String base64 = text.replace("\n", "").replace("\r", "");
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new NoYamlException("a binary value that is no base64");
    }
  }

  private static Object mistyped() throws NoYamlException {
    throw new NoYamlException("a value that is not what its tag says");
  }
}
