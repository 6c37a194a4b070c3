package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.type.v3.StatusCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DecisionReaderTest {

  private final DecisionReader reader = new DecisionReader();

  private PolicyOutcome read(String result) {
    return reader.read("[{\"result\":" + result + "}]");
  }

  @Test
  void booleansHaveNoEffects() {
    assertThat(read("true")).isEqualTo(new PolicyOutcome.Allowed(PolicyEffects.none()));
    assertThat(read("false")).isEqualTo(new PolicyOutcome.Denied(PolicyEffects.none()));
  }

  @Test
  void anEmptyResultSetIsUndefined() {
    assertThat(reader.read("[]")).isEqualTo(new PolicyOutcome.Undefined());
  }

  @Test
  void anAllowHasAllItsEffects() {
    PolicyOutcome outcome =
        read(
            """
            {
              "allowed": true,
              "headers": {"x-user": "alice", "x-group": ["a", "b"]},
              "response_headers_to_add": [{"x-a": "1"}, {"x-a": "2", "x-b": "3"}],
              "request_headers_to_remove": ["authorization"],
              "query_parameters_to_set": {"q": ["1", "2"]},
              "query_parameters_to_remove": ["token"],
              "dynamic_metadata": {"tier": {"level": 3}},
              "http_status": "ignored on an allow",
              "body": 7,
              "reason": "unknown fields are not read"
            }
            """);
    assertThat(outcome)
        .isEqualTo(
            new PolicyOutcome.Allowed(
                new PolicyEffects(
                    Map.of("x-user", List.of("alice"), "x-group", List.of("a", "b")),
                    Map.of("x-a", List.of("1", "2"), "x-b", List.of("3")),
                    List.of("authorization"),
                    Map.of("q", List.of("1", "2")),
                    List.of("token"),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of("tier", Map.of("level", 3)))));
  }

  @Test
  void aDenyHasStatusBodyAndHeaders() {
    PolicyOutcome outcome =
        read(
            """
            {
              "allowed": false,
              "headers": {"x-why": "no"},
              "http_status": 404,
              "body": "gone",
              "dynamic_metadata": {"rule": "r1"},
              "request_headers_to_remove": "ignored on a deny"
            }
            """);
    assertThat(outcome)
        .isEqualTo(
            new PolicyOutcome.Denied(
                new PolicyEffects(
                    Map.of("x-why", List.of("no")),
                    Map.of(),
                    List.of(),
                    Map.of(),
                    List.of(),
                    Optional.of(404),
                    Optional.of("gone"),
                    Map.of("rule", "r1"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"yes\" | decision: a string (expected: a boolean or an object)",
        "1 | decision: a number (expected: a boolean or an object)",
        "null | decision: null (expected: a boolean or an object)",
        "[true] | decision: a list (expected: a boolean or an object)",
        "{} | allowed: missing (expected: a boolean)",
        "{\"allowed\":\"true\"} | allowed: a string (expected: a boolean)",
        "{\"allowed\":1} | allowed: a number (expected: a boolean)",
        "{\"allowed\":true,\"headers\":\"x\"} | headers: a string (expected: an object or a list"
            + " of objects)",
        "{\"allowed\":true,\"headers\":{\"x\":1}} | headers.x: a number (expected: a string or a"
            + " list of strings)",
        "{\"allowed\":true,\"headers\":[{\"x\":[null]}]} | headers.x: null (expected: a string or"
            + " a list of strings)",
        "{\"allowed\":true,\"headers\":null} | headers: null (expected: an object or a list of"
            + " objects)",
        "{\"allowed\":true,\"response_headers_to_add\":[1]} | response_headers_to_add: a number"
            + " (expected: an object or a list of objects)",
        "{\"allowed\":true,\"request_headers_to_remove\":\"x\"} | request_headers_to_remove: a"
            + " string (expected: a list of strings)",
        "{\"allowed\":true,\"query_parameters_to_remove\":[1]} | query_parameters_to_remove: a"
            + " number (expected: a string or a list of strings)",
        "{\"allowed\":true,\"dynamic_metadata\":[]} | dynamic_metadata: a list (expected: an"
            + " object)",
        "{\"allowed\":false,\"http_status\":\"404\"} | http_status: \"404\" (expected: a status"
            + " that Envoy knows)",
        "{\"allowed\":false,\"http_status\":299} | http_status: 299 (expected: a status that Envoy"
            + " knows)",
        "{\"allowed\":false,\"http_status\":403.0} | http_status: 403.0 (expected: a status that"
            + " Envoy knows)",
        "{\"allowed\":false,\"http_status\":0} | http_status: 0 (expected: a status that Envoy"
            + " knows)",
        "{\"allowed\":false,\"http_status\":null} | http_status: null (expected: a status that"
            + " Envoy knows)",
        "{\"allowed\":true,\"query_parameters_to_set\":[{\"q\":\"1\"}]} |"
            + " query_parameters_to_set: a list (expected: an object)",
        "{\"allowed\":true,\"query_parameters_to_set\":{\"q\":[1]}} | query_parameters_to_set.q:"
            + " a number (expected: a string or a list of strings)",
        "{\"allowed\":false,\"dynamic_metadata\":{\"a\":[1e400]}} | dynamic_metadata: a number"
            + " beyond the range of doubles",
        "{\"allowed\":false,\"http_status\":403.5} | http_status: 403.5 (expected: a status that"
            + " Envoy knows)",
        "{\"allowed\":false,\"http_status\":1e300} | http_status: 1.0E300 (expected: a status that"
            + " Envoy knows)",
        "{\"allowed\":false,\"body\":{}} | body: an object (expected: a string)",
      })
  void aMalformedDecisionSaysWhatIsWrong(String result, String reason) {
    assertThat(read(result)).isEqualTo(new PolicyOutcome.Malformed(reason));
  }

  @Test
  void theKnownStatusesAreEnvoysOwn() {
    IntStream envoys =
        Arrays.stream(StatusCode.values())
            .filter(status -> status != StatusCode.UNRECOGNIZED)
            .mapToInt(StatusCode::getNumber)
            .filter(number -> number != 0)
            .sorted();
    assertThat(EnvoyStatusCodes.all()).containsExactly(envoys.boxed().toArray(Integer[]::new));
  }
}
