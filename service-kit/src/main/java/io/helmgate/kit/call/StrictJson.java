package io.helmgate.kit.call;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads JSON that every parser reads alike (RFC 8259, without duplicate names), from UTF-8. */
final class StrictJson {

  private final ObjectMapper mapper;

  StrictJson(int maxDepth, int maxTokens) {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // The shared table of names gives up with an error on names made to collide.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxTokenCount(maxTokens)
                    .build())
            .build();
    this.mapper =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
  }

  JsonNode read(byte[] body) throws RefusedException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw RefusedException.malformed("body: not UTF-8 (expected: JSON in UTF-8)", e);
    }
    JsonNode node;
    try {
      node = mapper.readTree(text);
    } catch (MismatchedInputException e) {
      throw RefusedException.malformed("body: no valid JSON: more than one value", e);
    } catch (StreamConstraintsException e) {
      throw RefusedException.malformed(
          "body: no valid JSON: too deep, too many values, or an endless name", e);
    } catch (NumberFormatException e) {
      // Jackson lets it through for exponents of more than 32 bits.
      throw RefusedException.malformed("body: number out of range", e);
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed(
          "body: no valid JSON%s: %s".formatted(at(e), e.getOriginalMessage()), e);
    }
    if (node.isMissingNode()) {
      throw RefusedException.malformed("body: empty (expected: JSON)");
    }
    return node;
  }

  private static String at(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    return location == null
        ? ""
        : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
