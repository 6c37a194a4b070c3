package io.helmgate.extauthz.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.extauthz.call.ApiCall;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.token.Authentication;
import io.helmgate.extauthz.token.Requests;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyInputTest {

  @Test
  void headersAreGivenByFirstValueAndByAllValues() {
    JsonNode input =
        input(Requests.get("/x", Map.of("x-a", List.of("1", "2"), "x-b", List.of("é\"\n"))));

    assertThat(input.at("/headers/x-a").asText()).isEqualTo("1");
    assertThat(input.at("/header_values/x-a").toString()).isEqualTo("[\"1\",\"2\"]");
    assertThat(input.at("/headers/x-b").asText()).isEqualTo("é\"\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a/b           | [\"a\",\"b\"]",
        "/a%2Fb/c       | [\"a/b\",\"c\"]",
        "//a/b/         | [\"a\",\"b\",\"\"]",
        "/              | [\"\"]",
        "/%C3%A9+x?y=1  | [\"é+x\"]",
      })
  void pathSegmentsAreSplitBeforeTheyAreDecoded(String path, String segments) {
    assertThat(input(Requests.get(path, Map.of())).path("parsed_path").toString())
        .isEqualTo(segments);
  }

  @Test
  void queryParametersKeepAllTheirValues() {
    JsonNode input = input(Requests.get("/x?a=1&b=%20+&a=2&c&d=", Map.of()));

    assertThat(input.path("parsed_query").toString())
        .isEqualTo("{\"a\":[\"1\",\"2\"],\"b\":[\"  \"],\"c\":[\"\"],\"d\":[\"\"]}");
  }

  @ParameterizedTest
  @CsvSource({"/%", "/%4", "/%zz", "/x?a=%"})
  void brokenPercentEncodingCannotBePutToAPolicy(String path) {
    assertThat(read(Requests.get(path, Map.of())))
        .isInstanceOf(PolicyInput.Reading.Unreadable.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json                  | {\"a\":[1]}  | {\"a\":[1]}",
        "application/json; charset=utf-8   | 1            | 1",
        "application/merge-patch+json      | {}           | {}",
        "application/x-www-form-urlencoded | a=1&a=2&b    | {\"a\":[\"1\",\"2\"],\"b\":[\"\"]}",
        "text/plain                        | {\"a\":1}    | null",
      })
  void bodiesAreParsedByTheirType(String type, String body, String parsed) {
    assertThat(input(Requests.post("/x", type, body, Map.of())).path("parsed_body").toString())
        .isEqualTo(parsed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json                  | {\"a\":1",
        "application/json                  | {\"a\":1,\"a\":2}",
        "application/x-www-form-urlencoded | a=%"
      })
  void aBodyThatIsNotOfItsTypeCannotBePutToAPolicy(String type, String body) {
    assertThat(read(Requests.post("/x", type, body, Map.of())))
        .isInstanceOf(PolicyInput.Reading.Unreadable.class);
  }

  @Test
  void aTruncatedBodyIsMarkedAndNotParsed() {
    AuthRequest whole = Requests.post("/x", "application/json", "{\"a\":", Map.of());
    AuthRequest cut = Requests.cut(whole);

    JsonNode input = input(cut);

    assertThat(input.path("truncated_body").asBoolean()).isTrue();
    assertThat(input.path("parsed_body").isNull()).isTrue();
  }

  @Test
  void anAnonymousCallerHasNoClaimsAndAReason() {
    JsonNode input = input(Requests.get("/x", Map.of()));

    assertThat(input.path("claims").toString()).isEqualTo("{}");
    assertThat(input.path("jwt").toString()).isEqualTo("{\"reason\":\"Jwt is missing\"}");
    assertThat(input.path("version").toString())
        .isEqualTo("{\"ext_authz\":\"v3\",\"encoding\":\"protojson\"}");
    assertThat(input.has("call")).isFalse();
  }

  @Test
  void aCallIsGivenWithItsPlaceInTheRequest() throws IOException {
    PolicyInput input = ((PolicyInput.Reading.Read) read(Requests.get("/x", Map.of()))).input();

    JsonNode document =
        new ObjectMapper()
            .readTree(
                input.json(
                    Optional.of(new ApiCall("s.S", "/s.S/M", "{\"a\":\"é\"}", 1, 3)),
                    Selection.all()));

    assertThat(document.path("call").toString())
        .isEqualTo(
            "{\"service\":\"s.S\",\"method\":\"/s.S/M\",\"request\":{\"a\":\"é\"},\"index\":1,\"count\":3}");
    assertThat(document.path("method").asText()).isEqualTo("/s.S/M");
    assertThat(document.path("request").toString()).isEqualTo("{\"a\":\"é\"}");
    assertThat(document.path("parsed_body").isNull()).isTrue();
  }

  private static PolicyInput.Reading read(AuthRequest request) {
    return PolicyInput.of(request, "default", new Authentication.Anonymous(), Optional.empty());
  }

  private static JsonNode input(AuthRequest request) {
    try {
      PolicyInput input = ((PolicyInput.Reading.Read) read(request)).input();
      return new ObjectMapper().readTree(input.json(Optional.empty(), Selection.all()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
