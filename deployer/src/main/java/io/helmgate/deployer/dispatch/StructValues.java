package io.helmgate.deployer.dispatch;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.helmgate.deployer.values.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON values between {@code google.protobuf.Struct} and plain Java. */
final class StructValues {

  /** Below it a long holds every whole number that a double does. */
  private static final double LONGS = 0x1p63;

  private StructValues() {}

  /**
   * A Struct's fields. Whole numbers become Long, so that 3 does not turn into 3.0.
   *
   * @param path of the Struct in its request, for violations
   */
  static Map<String, @Nullable Object> read(Struct struct, String path, FieldRules rules) {
    var values = new LinkedHashMap<String, @Nullable Object>();
    struct
        .getFieldsMap()
        .forEach((name, value) -> values.put(name, read(value, path + "." + name, rules)));
    return values;
  }

  static @Nullable Object read(Value value, String path, FieldRules rules) {
    return switch (value.getKindCase()) {
      case NULL_VALUE -> null;
      case BOOL_VALUE -> value.getBoolValue();
      case STRING_VALUE -> {
        if (value.getStringValue().equals(Values.MASK)) {
          rules.violated(path, "is a mask (expected: the value itself)");
        }
        yield value.getStringValue();
      }
      case NUMBER_VALUE -> number(value.getNumberValue(), path, rules);
      case STRUCT_VALUE -> read(value.getStructValue(), path, rules);
      case LIST_VALUE -> {
        var list = new ArrayList<@Nullable Object>();
        for (var element : value.getListValue().getValuesList()) {
          list.add(read(element, path + "[" + list.size() + "]", rules));
        }
        yield list;
      }
      case KIND_NOT_SET -> {
        rules.violated(path, "has no value (expected: a JSON value)");
        yield null;
      }
    };
  }

  private static Number number(double number, String path, FieldRules rules) {
    if (!Double.isFinite(number)) {
      rules.violated(path, number + " is no JSON number");
    }
    // No ternary: it would turn the long back into a double.
    if (number == Math.rint(number) && Math.abs(number) < LONGS) {
      return (long) number;
    }
    return number;
  }

  static Struct write(Map<String, ? extends @Nullable Object> values) {
    var struct = Struct.newBuilder();
    values.forEach((name, value) -> struct.putFields(name, write(value)));
    return struct.build();
  }

  static Value write(@Nullable Object value) {
    var result = Value.newBuilder();
    switch (value) {
      case null -> result.setNullValue(NullValue.NULL_VALUE);
      case Boolean bool -> result.setBoolValue(bool);
      case Number number -> result.setNumberValue(number.doubleValue());
      case List<?> list -> {
        var elements = ListValue.newBuilder();
        list.forEach(element -> elements.addValues(write(element)));
        result.setListValue(elements);
      }
      case Map<?, ?> map -> {
        var fields = Struct.newBuilder();
        map.forEach((name, field) -> fields.putFields(String.valueOf(name), write(field)));
        result.setStructValue(fields);
      }
      default -> result.setStringValue(value.toString());
    }
    return result.build();
  }
}
