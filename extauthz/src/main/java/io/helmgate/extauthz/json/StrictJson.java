package io.helmgate.extauthz.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.io.Serial;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads JSON strictly. */
public final class StrictJson {

  /** Half of what Jackson reads and writes, since values become parts of documents. */
  private static final int MAX_DEPTH = 500;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(new FiniteNumbers())
          .build();

  private StrictJson() {}

  /**
   * Reads a value.
   *
   * @param utf8 the text; other encodings are not guessed
   * @return the value; empty when the text is not exactly one JSON value in UTF-8, or is nested
   *     more than 500 deep
   */
  public static Optional<JsonNode> value(byte[] utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      JsonNode node = MAPPER.readTree(text);
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (CharacterCodingException | JsonProcessingException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Reads an object; empty when the text is anything else. */
  public static Optional<ObjectNode> object(byte[] utf8) {
    return value(utf8).filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
  }

  /** Refuses numbers that no IEEE 754 double holds: readers would differ about them. */
  private static final class FiniteNumbers extends JsonNodeFactory {

    @Serial private static final long serialVersionUID = 1L;

    @Override
    public ValueNode numberNode(@Nullable BigDecimal value) {
      return super.numberNode(finite(value));
    }

    @Override
    public ValueNode numberNode(@Nullable BigInteger value) {
      return super.numberNode(finite(value));
    }

    private static <T extends Number> @Nullable T finite(@Nullable T value) {
      if (value != null && Double.isInfinite(value.doubleValue())) {
        throw new ArithmeticException("number out of range");
      }
      return value;
    }
  }
}
