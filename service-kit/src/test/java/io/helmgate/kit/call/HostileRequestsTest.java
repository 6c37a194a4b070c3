package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileRequestsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CallDecoder decoder = new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());

  static List<HostileRequests.Row> rows() {
    return HostileRequests.load();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachRequestIsRefusedOrMakesExactlyTheseCalls(HostileRequests.Row row)
      throws JsonProcessingException {
    switch (decoder.decode(row.request())) {
      case Decoding.Refused(Refusal reason, String message) -> {
        assertThat(row.refused()).as(message).contains(reason);
        assertThat(message).isNotBlank().doesNotContain("Exception", "com.google", "com.fasterxml");
      }
      case Decoding.Decoded decoded -> {
        assertThat(row.refused()).as(decoded.toString()).isEmpty();
        assertThat(decoded.calls()).hasSameSizeAs(row.calls());
        for (int i = 0; i < row.calls().size(); i++) {
          Call call = decoded.calls().get(i);
          assertThat(call.method()).isEqualTo(row.calls().get(i).method());
          assertEqualJson(CallJson.request(call), row.calls().get(i).request());
          assertThat(call.index()).isEqualTo(i);
          assertThat(call.count()).isEqualTo(row.calls().size());
        }
      }
    }
  }

  @Test
  void namesOfTheTableAreDistinct() {
    assertThat(rows())
        .extracting(row -> row.name() + " " + row.request().path())
        .doesNotHaveDuplicates();
  }

  private static void assertEqualJson(String actual, JsonNode expected)
      throws JsonProcessingException {
    JsonNode node = JSON.readTree(actual);
    assertThat(node.equals(HostileRequestsTest::compare, expected))
        .as("%s is %s", node, expected)
        .isTrue();
  }

  /** Numbers by value: 5 and 5.0 are one to JSON. */
  private static int compare(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue());
    }
    return one.equals(other) ? 0 : 1;
  }
}
