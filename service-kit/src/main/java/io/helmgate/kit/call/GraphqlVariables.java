package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Raw GraphQL variables as graphql-java takes them. */
final class GraphqlVariables {

  private GraphqlVariables() {}

  /**
   * The values of a JSON object; none for null or no node.
   *
   * @throws RefusedException for numbers whose exponent would take graphql-java minutes to write
   *     out
   */
  // The values may be null, which graphql-java's own types do not say.
  @SuppressWarnings("NullAway")
  static Map<String, Object> of(JsonNode variables) throws RefusedException {
    return variables.isObject() ? object(variables, JsonPlace.of("variables")) : Map.of();
  }

  private static Map<String, @Nullable Object> object(JsonNode node, JsonPlace where)
      throws RefusedException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      map.put(entry.getKey(), value(entry.getValue(), where.member(entry.getKey())));
    }
    return map;
  }

  private static @Nullable Object value(JsonNode node, JsonPlace where) throws RefusedException {
    return switch (node.getNodeType()) {
      case OBJECT -> object(node, where);
      case ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonNode element : node) {
          list.add(value(element, where.element(list.size())));
        }
        yield list;
      }
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> number(node, where);
      case NULL -> null;
      case BINARY, MISSING, POJO -> throw new IllegalArgumentException(node.getNodeType().name());
    };
  }

  private static Number number(JsonNode node, JsonPlace where) throws RefusedException {
    JsonScalars.checkRange(node, where);
    if (!node.isIntegralNumber()) {
      return node.decimalValue();
    }
    BigInteger value = node.bigIntegerValue();
    return value.bitLength() < Integer.SIZE ? (Number) value.intValueExact() : (Number) value;
  }
}
