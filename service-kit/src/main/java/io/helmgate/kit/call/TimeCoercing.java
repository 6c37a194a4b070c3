package io.helmgate.kit.call;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Locale;

/** The scalar Time: RFC 3339 text; serializes {@link Timestamp}, {@link Instant} and text. */
final class TimeCoercing implements Coercing<String, String> {

  @Override
  public String serialize(Object result, GraphQLContext context, Locale locale) {
    return switch (result) {
      case Timestamp timestamp -> Timestamps.toString(timestamp);
      case Instant instant -> instant.toString();
      case String text -> text;
      default -> throw new CoercingSerializeException("Time: " + result.getClass());
    };
  }

  @Override
  public String parseValue(Object input, GraphQLContext context, Locale locale) {
    if (input instanceof String text && isTime(text)) {
      return text;
    }
    throw new CoercingParseValueException("Time: wrong value (expected: RFC 3339 text)");
  }

  @Override
  public String parseLiteral(
      Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
    String text = input instanceof StringValue string ? string.getValue() : null;
    if (text != null && isTime(text)) {
      return text;
    }
    throw new CoercingParseLiteralException("Time: wrong value (expected: RFC 3339 text)");
  }

  @Override
  public Value<?> valueToLiteral(Object input, GraphQLContext context, Locale locale) {
    return StringValue.of(parseValue(input, context, locale));
  }

  private static boolean isTime(String text) {
    try {
      Timestamps.parse(text);
      return true;
    } catch (ParseException e) {
      return false;
    }
  }
}
