package io.helmgate.extauthz.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A header that tells the upstream a claim. Texts, numbers, truth values, and for {@link
 * ListForm#BASE64_JSON} lists and objects too, are written as Envoy 1.40 writes them.
 *
 * @param claim name of the claim; dots lead into nested claims
 * @param header name of the header in lower case
 * @param lists how a list is written
 * @param words whether a text is a list of words with spaces between them
 */
public record ClaimHeader(String claim, String header, ListForm lists, boolean words) {

  /** How a list is written. */
  public enum ListForm {
    /** JSON in base64, as Envoy. */
    BASE64_JSON,
    JSON,
    /** Values with commas between them (RFC 9110 §5.6.1). */
    COMMA,
    /** Each value as a header of its own. */
    REPEATED
  }

  /** What came of reading the claim. */
  sealed interface Reading {
    /** The header's values; none when the token has no such claim. */
    record Values(List<String> values) implements Reading {}

    /** The claim cannot be a header. */
    record Refused(String problem) implements Reading {}
  }

  /** Field values of RFC 9110 §5.5. */
  private static final Pattern LEGAL = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\uffff]*");

  private static final double UNSIGNED_LONG_RANGE = 0x1p64;
  private static final int FRACTION_DIGITS = 6;

  Reading read(ObjectNode claims) {
    JsonNode claim = ClaimPath.find(claims, claim());
    if (claim == null || claim.isNull()) {
      return new Reading.Values(List.of());
    }
    List<String> values =
        words && claim.isTextual()
            ? list(Arrays.stream(claim.textValue().split(" +")).filter(w -> !w.isEmpty()).toList())
            : values(claim);
    if (values == null || !values.stream().allMatch(value -> LEGAL.matcher(value).matches())) {
      return new Reading.Refused("claim [" + claim() + "] cannot be the value of " + header);
    }
    return new Reading.Values(values.stream().filter(value -> !value.isEmpty()).toList());
  }

  private @Nullable List<String> values(JsonNode claim) {
    if (!claim.isContainerNode()) {
      return List.of(scalar(claim));
    }
    return switch (lists) {
      case BASE64_JSON ->
          List.of(
              Base64.getEncoder()
                  .encodeToString(claim.toString().getBytes(StandardCharsets.UTF_8)));
      case JSON -> List.of(claim.toString());
      case COMMA, REPEATED -> {
        if (claim.isObject()) {
          yield List.of(claim.toString());
        }
        if (!claim.valueStream().allMatch(JsonNode::isValueNode)) {
          yield null;
        }
        yield list(claim.valueStream().map(JsonNode::asText).toList());
      }
    };
  }

  /** The list in its form; null when a reader would see another list than the token has. */
  private @Nullable List<String> list(List<String> items) {
    return switch (lists) {
      case COMMA ->
          items.stream().anyMatch(item -> item.contains(","))
              ? null
              : List.of(String.join(",", items));
      case REPEATED -> items.stream().anyMatch(item -> item.contains(",")) ? null : items;
      case JSON -> List.of(json(items));
      case BASE64_JSON ->
          List.of(Base64.getEncoder().encodeToString(json(items).getBytes(StandardCharsets.UTF_8)));
    };
  }

  private static String json(List<String> items) {
    List<String> quoted = new ArrayList<>();
    items.forEach(item -> quoted.add(TextNode.valueOf(item).toString()));
    return "[" + String.join(",", quoted) + "]";
  }

  private static String scalar(JsonNode value) {
    return value.isNumber() ? number(value.doubleValue()) : value.asText();
  }

  /** As Envoy writes it: whole numbers from 0 without fraction, others with six digits of it. */
  private static String number(double number) {
    boolean whole = number == Math.rint(number) && number >= 0 && number < UNSIGNED_LONG_RANGE;
    int digits = whole ? 0 : FRACTION_DIGITS;
    return new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }
}
