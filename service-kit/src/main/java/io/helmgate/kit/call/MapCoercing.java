package io.helmgate.kit.call;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.NullValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.StringValue;
import graphql.language.VariableReference;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scalar Map: any JSON value as Java maps, lists, strings, numbers, booleans and nulls.
 *
 * <p>Serializes those and {@link Struct}, {@link ListValue} and {@link Value}.
 */
final class MapCoercing implements Coercing<Object, Object> {

  // Integers up to here have a double of their own.
  private static final double EXACT = 1L << 53;

  @Override
  public @Nullable Object serialize(Object result, GraphQLContext context, Locale locale) {
    return switch (result) {
      case Struct struct -> map(struct);
      case ListValue list -> any(Value.newBuilder().setListValue(list).build());
      case Value value -> any(value);
      default -> result;
    };
  }

  @Override
  public Object parseValue(Object input, GraphQLContext context, Locale locale) {
    return input;
  }

  @Override
  public @Nullable Object parseLiteral(
      graphql.language.Value<?> input,
      CoercedVariables variables,
      GraphQLContext context,
      Locale locale) {
    return literal(input, variables);
  }

  @Override
  public graphql.language.Value<?> valueToLiteral(
      Object input, GraphQLContext context, Locale locale) {
    return toLiteral(input);
  }

  private static graphql.language.Value<?> toLiteral(@Nullable Object value) {
    return switch (value) {
      case null -> NullValue.of();
      case String string -> StringValue.of(string);
      case Boolean bool -> BooleanValue.of(bool);
      case Integer integer -> IntValue.of(integer);
      case BigInteger integer -> IntValue.newIntValue(integer).build();
      case Number number -> FloatValue.newFloatValue(new BigDecimal(number.toString())).build();
      case List<?> list -> array(list);
      case Map<?, ?> map -> {
        List<ObjectField> fields = new ArrayList<>();
        map.forEach(
            (name, element) ->
                fields.add(new ObjectField(String.valueOf(name), toLiteral(element))));
        yield ObjectValue.newObjectValue().objectFields(fields).build();
      }
      default -> throw new IllegalArgumentException("Map: " + value.getClass());
    };
  }

  // The builder's method for one value copies all that came before.
  @SuppressWarnings("rawtypes")
  private static ArrayValue array(List<?> list) {
    List<graphql.language.Value> values = new ArrayList<>();
    list.forEach(element -> values.add(toLiteral(element)));
    return ArrayValue.newArrayValue().values(values).build();
  }

  private static @Nullable Object literal(
      graphql.language.Value<?> value, CoercedVariables variables) {
    return switch (value) {
      case StringValue string -> string.getValue();
      case IntValue integer -> integer.getValue();
      case FloatValue number -> number.getValue();
      case BooleanValue bool -> bool.isValue();
      case NullValue ignored -> null;
      case VariableReference variable -> variables.get(variable.getName());
      case ArrayValue array -> {
        List<@Nullable Object> list = new ArrayList<>();
        array.getValues().forEach(element -> list.add(literal(element, variables)));
        yield list;
      }
      case ObjectValue object -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (ObjectField field : object.getObjectFields()) {
          if (map.containsKey(field.getName())) {
            throw wrong("name " + field.getName() + " twice (expected: once)");
          }
          map.put(field.getName(), literal(field.getValue(), variables));
        }
        yield map;
      }
      default -> throw wrong("no JSON value (expected: no enum value)");
    };
  }

  private static CoercingParseLiteralException wrong(String text) {
    return CoercingParseLiteralException.newCoercingParseLiteralException()
        .message("Map: " + text)
        .build();
  }

  private static Map<String, @Nullable Object> map(Struct struct) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    struct.getFieldsMap().forEach((name, value) -> map.put(name, any(value)));
    return map;
  }

  private static @Nullable Object any(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> map(value.getStructValue());
      case LIST_VALUE -> {
        List<@Nullable Object> list = new ArrayList<>();
        value.getListValue().getValuesList().forEach(element -> list.add(any(element)));
        yield list;
      }
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case NUMBER_VALUE -> number(value.getNumberValue());
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  /** Struct has only doubles; an integer is written as one. */
  private static Number number(double value) {
    if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
      return (long) value;
    }
    return value;
  }
}
