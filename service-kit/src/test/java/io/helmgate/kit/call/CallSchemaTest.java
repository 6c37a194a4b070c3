package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.CustomHttpPattern;
import com.google.api.HttpRule;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import io.helmgate.kit.call.TestSchemas.Labels;
import io.helmgate.proto.graphql.v1.GraphqlField;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schemas made for the purpose: what they can hold, and what is refused when one is made. */
class CallSchemaTest {

  private static final String NO_GRAPHQL = "";

  private static HttpRule get(String path) {
    return HttpRule.newBuilder().setGet(path).build();
  }

  private static HttpRule post(String path, String body) {
    return HttpRule.newBuilder().setPost(path).setBody(body).build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/{name=shelves/*/books/*}|/v1/shelves/1/books/2|{\"name\":\"shelves/1/books/2\"}",
        "/v1/{name=shelves/*/books/*}|/v1/shelves/1/boxes/2|UNKNOWN_ROUTE",
        "/v1/{name=shelves/*}:read|/v1/shelves/a%20b:read|{\"name\":\"shelves/a b\"}",
        "/v1/{name=shelves/*}:read|/v1/shelves/a:write|UNKNOWN_ROUTE",
        "/v1/{name=shelves/*}:read|/v1/shelves/a%3Aread|UNKNOWN_ROUTE",
        "/v1/*/{name}|/v1/any/x|{\"name\":\"x\"}",
        "/v1/{inner.name}/{inner.count}|/v1/x/5|{\"inner\":{\"name\":\"x\",\"count\":5}}",
        "/v1/{inner.count}|/v1/x|MALFORMED",
        "/v1/{flag}|/v1/true|{\"flag\":true}",
        "/v1/{flag}|/v1/1|MALFORMED",
        "/v1/{big}|/v1/9223372036854775807|{\"big\":\"9223372036854775807\"}",
        "/v1/{big}|/v1/9223372036854775808|MALFORMED",
        "/v1|/v1?tags=a&tags=b&name=x|{\"name\":\"x\",\"tags\":[\"a\",\"b\"]}",
        "/v1|/v1?inner.name=a&inner.count=3|{\"inner\":{\"name\":\"a\",\"count\":3}}",
        "/v1|/v1?inner.name=a&inner.name=a|MALFORMED",
        "/v1|/v1?inner=a|MALFORMED",
        "/v1|/v1?inners.name=a|MALFORMED",
        "/v1|/v1?labels.a=b|MALFORMED",
        "/v1|/v1?any=b|MALFORMED",
        "/v1|/v1?some_text=b|{\"someText\":\"b\"}",
        "/v1|/v1?someText=b|{\"someText\":\"b\"}",
        "/v1|/v1?someText=b&some_text=b|MALFORMED",
        "/v1|/v1?ratio=0.5|{\"ratio\":0.5}",
        "/v1|/v1?ratio=x|MALFORMED",
      })
  void getsAreBoundByTheirTemplate(String template, String path, String expected)
      throws DescriptorValidationException {
    assertThat(decode(get(template), "GET", path, "")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/{name}|inner|/v1/x|{\"name\":\"y\"}|{\"name\":\"x\",\"inner\":{\"name\":\"y\"}}",
        "/v1/{name}|inner|/v1/x|{}|{\"name\":\"x\",\"inner\":{}}",
        "/v1/{name}|inner|/v1/x||{\"name\":\"x\"}",
        "/v1/{name}|inner|/v1/x?flag=true|{}|{\"name\":\"x\",\"inner\":{},\"flag\":true}",
        "/v1/{name}|inner|/v1/x?inner.name=y|{}|MALFORMED",
        "/v1/{name}|inner|/v1/x?name=y|{}|MALFORMED",
        "/v1/{name}|inner|/v1/x|{\"other\":1}|MALFORMED",
        "/v1/{name}||/v1/x||{\"name\":\"x\"}",
        "/v1/{name}||/v1/x|{}|MALFORMED",
        "/v1/{inner.name}|*|/v1/x|{\"inner\":{\"name\":\"x\",\"count\":5}}|{\"inner\":{\"name\":\"x\",\"count\":5}}",
        "/v1/{inner.name}|*|/v1/x|{\"inner\":{\"name\":\"y\"}}|MALFORMED",
        "/v1/{inner.name}|*|/v1/x|{\"inner\":null,\"name\":\"z\"}|{\"name\":\"z\",\"inner\":{\"name\":\"x\"}}",
        "/v1/{inner.count}|*|/v1/5|{\"inner\":{\"count\":\"5\"}}|{\"inner\":{\"count\":5}}",
        "/v1/{inner.count}|*|/v1/5|{\"inner\":{\"count\":5.0}}|{\"inner\":{\"count\":5}}",
        "/v1/{inner.count}|*|/v1/5|{\"inner\":{\"count\":6}}|MALFORMED",
        "/v1|*|/v1|{\"inners\":[{\"name\":\"a\"},null]}|MALFORMED",
        "/v1|*|/v1|{\"tags\":\"a\"}|MALFORMED",
        "/v1|*|/v1|{\"tags\":[[\"a\"]]}|MALFORMED",
        "/v1|*|/v1|{\"any\":null}|{\"any\":null}",
        "/v1|*|/v1|{\"any\":[1,{\"a\":null}]}|{\"any\":[1.0,{\"a\":null}]}",
        "/v1|*|/v1|{\"maybe\":\"\"}|{\"maybe\":\"\"}",
        "/v1|*|/v1|{\"maybe\":null}|{}",
        "/v1|*|/v1|{\"maybe\":1}|MALFORMED",
        "/v1|*|/v1|{\"big\":9007199254740993}|{\"big\":\"9007199254740993\"}",
        "/v1|*|/v1|{\"big\":1e2000000000}|MALFORMED",
        "/v1|*|/v1|{\"big\":\"1e3\"}|MALFORMED",
        "/v1|*|/v1|{\"ratio\":\"NaN\"}|{\"ratio\":\"NaN\"}",
      })
  void bodiesAreBoundByTheirRule(
      String template, String body, String path, String json, String expected)
      throws DescriptorValidationException {
    String field = body == null ? "" : body;
    assertThat(decode(post(template, field), "POST", path, json == null ? "" : json))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/{name=**}",
    "/v1/{none}",
    "/v1/{inner}",
    "/v1/{tags}",
    "/v1/{labels}",
    "/v1/{inner.none}",
    "/v1/{inners.name}",
    "/v1/{ratio}",
    "/v1/{mask}",
    "/test.Service/{name}",
  })
  void templatesThatCannotBeBoundAreRefused(String template) {
    assertThatThrownBy(
            () -> TestSchemas.of(NO_GRAPHQL, List.of(get(template)), null, Labels.BY_STRING))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"/graphql", "/{name}"})
  void templatesThatTakeThePathOfGraphqlAreRefused(String template) {
    String sdl =
        "type Query { find(input: R!): P } input R { name: String } type P { name: String }"
            + " scalar Map scalar Time";
    GraphqlField field = GraphqlField.newBuilder().setQuery("find").build();

    assertThatThrownBy(() -> TestSchemas.of(sdl, List.of(get(template)), field, Labels.BY_STRING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: another one");
  }

  @ParameterizedTest
  @CsvSource({"none", "name", "tags", "inners", "any"})
  void bodiesThatCannotBeBoundAreRefused(String body) {
    assertThatThrownBy(
            () -> TestSchemas.of(NO_GRAPHQL, List.of(post("/v1", body)), null, Labels.BY_STRING))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBodyWithGetOrWithinAVariableIsRefused() {
    List<HttpRule> rules =
        List.of(
            get("/v1").toBuilder().setBody("*").build(),
            HttpRule.newBuilder().setDelete("/v1").setBody("*").build(),
            post("/v1/{inner.name}", "inner"),
            HttpRule.newBuilder().setBody("*").build(),
            HttpRule.newBuilder()
                .setCustom(CustomHttpPattern.newBuilder().setKind("HEAD").setPath("/v1"))
                .build());
    for (HttpRule rule : rules) {
      assertThatThrownBy(() -> TestSchemas.of(NO_GRAPHQL, List.of(rule), null, Labels.BY_STRING))
          .as(rule.toString())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void routesOfOneMethodThatShareAPathAreRefused() {
    List<HttpRule> rules = List.of(get("/v1/{name}"), get("/v1/fixed"));
    assertThatThrownBy(() -> TestSchemas.of(NO_GRAPHQL, rules, null, Labels.BY_STRING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("share a path");
  }

  @Test
  void routesOfSeveralMethodsMayShareAPath() throws DescriptorValidationException {
    List<HttpRule> rules = List.of(get("/v1/{name}"), post("/v1/{name}", "*"));
    assertThat(TestSchemas.of(NO_GRAPHQL, rules, null, Labels.BY_STRING)).isNotNull();
  }

  @Test
  void requestsWithAnyAreRefused() {
    assertThatThrownBy(() -> TestSchemas.of(NO_GRAPHQL, List.of(), null, Labels.ANY_INSTEAD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("google.protobuf.Any");
  }

  @Test
  void requestsWithMapKeysThatAreNoStringsAreRefused() {
    assertThatThrownBy(() -> TestSchemas.of(NO_GRAPHQL, List.of(), null, Labels.BY_NUMBER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a map of string keys");
  }

  @Test
  void aMethodThatNamesAFieldNeedsTheSdl() {
    GraphqlField field = GraphqlField.newBuilder().setQuery("find").build();
    assertThatThrownBy(() -> TestSchemas.of(NO_GRAPHQL, List.of(), field, Labels.BY_STRING))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutAnSdlThereIsNoGraphql() throws DescriptorValidationException {
    assertThat(decode(get("/v1"), "POST", "/graphql", "{\"query\":\"{__typename}\"}"))
        .isEqualTo("UNKNOWN_ROUTE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type Query { find(input: R!): P }|good",
        "type Query { find(input: R!): [P!]! }|good",
        "type Query { other(input: R!): P }|find in the SDL",
        "type Query { find(input: R!): P more: String }|more (expected: a method",
        "type Query { find(arg: R!): P }|one argument named input",
        "type Query { find(input: R!, more: Int): P }|one argument named input",
        "type Query { find: P }|one argument named input",
        "type Query { find(input: R!): P } type Mutation { go: Int }|go (expected: a method",
        "type Query { find(input: R!): Q } type Q { none: String }|Q.none",
        "type Query { find(input: R!): Q } type Q { name(of: Int): String }|no arguments",
        "type Query { find(input: R!): Q } type Q { name: P }|a message field",
      })
  void methodsAndRootFieldsMustCorrespond(String sdl, String expected)
      throws DescriptorValidationException {
    String whole = sdl + " input R { name: String } scalar Map scalar Time type P { name: String }";
    GraphqlField field = GraphqlField.newBuilder().setQuery("find").build();
    if (expected.equals("good")) {
      assertThat(TestSchemas.of(whole, List.of(), field, Labels.BY_STRING)).isNotNull();
    } else {
      assertThatThrownBy(() -> TestSchemas.of(whole, List.of(), field, Labels.BY_STRING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(expected);
    }
  }

  private static String decode(HttpRule rule, String method, String path, String body)
      throws DescriptorValidationException {
    CallSchema schema = TestSchemas.of(NO_GRAPHQL, List.of(rule), null, Labels.BY_STRING);
    Map<String, List<String>> headers =
        body.isEmpty() ? Map.of() : Map.of("content-type", List.of("application/json"));
    HttpCallRequest request =
        new HttpCallRequest(method, path, headers, ByteString.copyFromUtf8(body));
    return switch (new CallDecoder(schema, CallLimits.defaults()).decode(request)) {
      case Decoding.Refused(Refusal reason, String ignored) -> reason.name();
      case Decoding.Decoded decoded -> CallJson.request(decoded.calls().getFirst());
    };
  }
}
