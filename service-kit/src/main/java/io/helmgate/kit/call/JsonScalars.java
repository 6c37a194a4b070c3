package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** The rules for strings, numbers and booleans of a request in JSON. */
final class JsonScalars {

  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,19})");
  // Decimal exponents: beyond them a double is infinite or 0, and BigDecimal gets slow.
  private static final int MAX_EXPONENT = 310;
  private static final int MIN_EXPONENT = -330;

  private JsonScalars() {}

  /** The canonical form of a scalar field's value: integers as integers, the rest as it is. */
  static JsonNode canonical(FieldDescriptor field, JsonNode node, JsonPlace where)
      throws RefusedException {
    switch (field.getJavaType()) {
      case STRING, BYTE_STRING -> require(node.isTextual(), where, "a string");
      case BOOLEAN -> require(node.isBoolean(), where, "true or false");
      case INT, LONG -> {
        return BigIntegerNode.valueOf(integer(node, where));
      }
      case ENUM -> {
        if (node.isNumber()) {
          return BigIntegerNode.valueOf(integer(node, where));
        }
        require(node.isTextual(), where, "a name");
      }
      case FLOAT, DOUBLE -> {
        require(node.isNumber() || node.isTextual(), where, "a number");
        if (node.isNumber()) {
          checkDouble(node, where);
        }
      }
      case MESSAGE -> throw new IllegalArgumentException(field.getFullName() + ": no scalar");
    }
    if (node.isTextual()) {
      checkText(node.textValue(), where);
    }
    return node;
  }

  /** Refuses half surrogate pairs: protobuf would write them as question marks. */
  static void checkText(String text, JsonPlace where) throws RefusedException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw wrong(where, "Unicode text without half surrogate pairs");
      }
    }
  }

  /** Refuses numbers that a double would change or cannot hold. */
  static void checkDouble(JsonNode node, JsonPlace where) throws RefusedException {
    BigDecimal value = bounded(node, where);
    double nearest = value.doubleValue();
    if (Double.isInfinite(nearest) || (nearest == 0 && value.signum() != 0)) {
      throw wrong(where, "a number in the range of a double");
    }
    boolean integer = value.stripTrailingZeros().scale() <= 0;
    if (integer && new BigDecimal(nearest).compareTo(value) != 0) {
      throw wrong(where, "an integer that a double holds exactly, or a string");
    }
  }

  /** Refuses numbers whose exponent makes them costly to handle. */
  static void checkRange(JsonNode node, JsonPlace where) throws RefusedException {
    bounded(node, where);
  }

  static void require(boolean ok, JsonPlace where, String expected) throws RefusedException {
    if (!ok) {
      throw wrong(where, expected);
    }
  }

  static RefusedException wrong(JsonPlace where, String expected) {
    return RefusedException.malformed(where + ": wrong value (expected: " + expected + ")");
  }

  private static BigInteger integer(JsonNode node, JsonPlace where) throws RefusedException {
    if (node.isTextual() && INTEGER.matcher(node.textValue()).matches()) {
      return new BigInteger(node.textValue());
    }
    require(node.isNumber(), where, "an integer");
    try {
      return bounded(node, where).toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw RefusedException.malformed(where + ": wrong value (expected: an integer)", e);
    }
  }

  private static BigDecimal bounded(JsonNode node, JsonPlace where) throws RefusedException {
    BigDecimal value = node.decimalValue();
    long exponent = (long) value.precision() - value.scale();
    if (value.signum() == 0) {
      return BigDecimal.ZERO;
    }
    if (exponent > MAX_EXPONENT || exponent < MIN_EXPONENT) {
      throw wrong(where, "a number in the range of a double");
    }
    return value;
  }
}
