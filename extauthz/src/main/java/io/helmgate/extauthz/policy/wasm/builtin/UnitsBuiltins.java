package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code units.parse} and {@code units.parse_bytes}. */
final class UnitsBuiltins {

  private static final String PREFIXES = "kmgtpe";
  private static final Pattern AMOUNT =
      Pattern.compile("((?:[0-9.+-]|[eE](?=[0-9+-]))*+)(.*)", Pattern.DOTALL);
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d{1,6})?");
  private static final int FRACTION_DIGITS = 10;

  private UnitsBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "units.parse", (context, operands) -> parse(operands),
        "units.parse_bytes", (context, operands) -> parseBytes(operands));
  }

  private record Amount(BigDecimal number, String unit) {}

  private static Term parse(List<Term> operands) {
    Amount amount = amount(Operands.text(operands, 0).replace("\"", ""));
    String unit = amount.unit();
    if (!unit.isEmpty()) {
      // Only the first letter tells m (milli) from M (mega).
      unit = unit.substring(0, 1) + unit.substring(1).toLowerCase(Locale.ROOT);
    }
    BigDecimal factor =
        unit.equals("m")
            ? new BigDecimal("0.001")
            : factor(unit.equals("M") ? "m" : unit.toLowerCase(Locale.ROOT), false);
    BigDecimal product = amount.number().multiply(factor);
    return isWhole(product)
        ? new Term.Num(product.toBigIntegerExact().toString())
        : new Term.Num(product.setScale(FRACTION_DIGITS, RoundingMode.HALF_UP).toPlainString());
  }

  private static boolean isWhole(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }

  private static Term parseBytes(List<Term> operands) {
    Amount amount = amount(Operands.text(operands, 0).toLowerCase(Locale.ROOT).replace("\"", ""));
    BigDecimal product = amount.number().multiply(factor(amount.unit(), true));
    return new Term.Num(product.toBigInteger().toString());
  }

  private static Amount amount(String text) {
    Matcher matcher = AMOUNT.matcher(text);
    if (text.contains(" ") || !matcher.matches() || !NUMBER.matcher(matcher.group(1)).matches()) {
      throw new BuiltinError("no amount: " + text);
    }
    return new Amount(new BigDecimal(matcher.group(1)), matcher.group(2));
  }

  /** What a lower-case unit stands for; bytes may end with a b. */
  private static BigDecimal factor(String unit, boolean bytes) {
    String prefix = bytes && unit.length() > 1 && unit.endsWith("b") ? chop(unit) : unit;
    if (prefix.isEmpty()) {
      return BigDecimal.ONE;
    }
    boolean binary = prefix.length() == 2 && prefix.endsWith("i");
    int power = PREFIXES.indexOf(prefix.charAt(0)) + 1;
    if (power == 0 || prefix.length() > (binary ? 2 : 1)) {
      throw new BuiltinError("unit not recognized: " + unit);
    }
    return BigDecimal.valueOf(binary ? 1024 : 1000).pow(power);
  }

  private static String chop(String text) {
    return text.substring(0, text.length() - 1);
  }
}
