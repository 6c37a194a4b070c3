package io.helmgate.extauthz.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.helmgate.extauthz.call.ApiCall;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.input.PolicyInput;
import io.helmgate.extauthz.policy.source.PlannedPolicies;
import io.helmgate.extauthz.policy.source.PlannedPolicies.Planned;
import io.helmgate.extauthz.token.Authentication;
import io.helmgate.extauthz.token.VerifiedToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A policy decides alike whether it gets the whole input or only what it looks at. */
final class PrunedInputTest {

  /** The body of {@code allow}, and perhaps rules behind it; all in package {@code p}. */
  private static final List<String> POLICIES =
      List.of(
          "allow if input.claims.a == 1",
          "allow if { input.claims.a; not input.claims.b }",
          "allow if not input.claims.a.b",
          "allow if { x := input.claims.a\n not x.b }",
          "allow if { x := input.parsed_body\n y := x.a\n y.b == x.b }",
          "allow if { walk(input.claims, [path, v])\n v == 1\n count(path) > 1 }",
          "allow if { walk(input, [_, v])\n v == \"k\" }",
          "allow if input[input.claims.a].a == 1",
          "allow if { some x in [\"a\", \"b\"]\n input.claims[x] == 1 }",
          "allow if json.filter(input, [\"claims/a\"]) == {\"claims\": {\"a\": 1}}",
          "allow if json.filter(input.claims, [\"a\"]) == {\"a\": 1}",
          "allow if object.get(input.parsed_body, [\"a\", \"b\"], 1) == 1",
          "allow if h with input as {\"claims\": {\"a\": 1}}\nh if input.claims.a == 1",
          "allow if h with input.claims.a as 1\nh if { input.claims.a == 1\n input.claims.b }",
          "allow if h with input.claims.a.b as 1\nh if { input.claims.a.b == 1\n not input.claims.a.a }",
          "allow if h with input.claims as input.parsed_body\nh if input.claims.a == 1",
          "allow if h with input as input.claims\nh if input.a == 1",
          "allow if f(input)\nf(x) if x.claims.a == x.parsed_body.a",
          "allow if f(input.claims)\nf(c) if c.a.b == 1\nf(c) if c.b",
          "allow if g(input.claims).b == 1\ng(c) := c.a",
          "allow if r.a == 1\nr := input.claims.a",
          "allow if r == 1\ndefault r := 1\nr := input.claims.a",
          "allow if { some k, v in input.headers\n startswith(k, \"x-\")\n v == \"k\" }",
          "allow if input.headers[\"x-a\"] == \"k\"",
          "allow if input.header_values[\"x-a\"][1] == \"k\"",
          "allow if not input.headers[\"x-a\"]",
          "allow if count([k | some k, _ in input.claims]) == 2",
          "allow if count({v | v := input.claims[_]}) > 1",
          "allow if { every _, v in input.claims { v != 1 } }",
          "allow if input.attributes.request.http.headers[\"x-a\"] == \"k\"",
          "allow if { input.attributes.request.http.headers\n not input.attributes.request.http.headers[\"x-a\"] }",
          "allow if input.attributes.request.http.method == \"GET\"",
          "allow if { http := input.attributes.request.http\n http.path == \"/a\"\n not http.host }",
          "allow if input.attributes.metadataContext.filterMetadata.f.a == \"k\"",
          "allow if input.attributes.contextExtensions.a == \"k\"",
          "allow if { not input.attributes.source.principal\n input.attributes.request }",
          "allow if { {\"a\": x} = input.claims\n x == 1 }",
          "allow if { [x, _] = input.parsed_body\n x == 1 }",
          "allow if { x := {\"c\": input.claims}\n x.c.a == 1 }",
          "allow if input.parsed_path == [\"a\"]",
          "allow if input.parsed_query.a[0] == \"k\"",
          "allow if input.jwt.claims.a == 1",
          "allow if input.jwt.provider == \"k\"",
          "allow if input.request.a == 1",
          "allow if input.call.request.a == input.claims.a",
          "allow if { input.call.index == 0\n input.call.service == \"s.S\" }",
          "allow if data.q[input.claims.a]",
          "allow if { k := concat(\"\", [\"cla\", \"ims\"])\n input[k].a == 1 }",
          "allow if is_object(input.claims.a)",
          "allow if { x := input\n y := x.claims\n z := y.a\n z.b == 1 }",
          "allow := {\"allowed\": true, \"headers\": {\"x\": input.headers[\"x-a\"]}}",
          "allow := {\"allowed\": false, \"body\": json.marshal(input.claims)}");

  /** It fails where the two values differ, and would take the others with it. */
  private static final String CONFLICT =
      "allow if r.a == 1\nr := input.claims if input.parsed_body\nr := input.parsed_body";

  private static final List<Planned> PLANNED = planned();

  private static List<Planned> planned() {
    List<Planned> all = new ArrayList<>(PlannedPolicies.of(POLICIES));
    all.addAll(PlannedPolicies.of(List.of(CONFLICT)));
    return all;
  }

  @Property(tries = 200)
  void everyPolicyDecidesAlike(
      @ForAll("requests") CheckRequest request,
      @ForAll("documents") JsonNode claims,
      @ForAll boolean makesCall)
      throws Exception {
    ObjectNode tokenClaims = JsonNodeFactory.instance.objectNode();
    if (claims instanceof ObjectNode object) {
      tokenClaims.setAll(object);
    }
    Authentication caller = caller(tokenClaims);
    if (!(PolicyInput.of(EnvoyRequest.read(request), "default", caller, Optional.empty())
        instanceof PolicyInput.Reading.Read(PolicyInput input))) {
      return;
    }
    Optional<ApiCall> call =
        makesCall
            ? Optional.of(new ApiCall("s.S", "/s.S/M", claims.toString(), 0, 1))
            : Optional.empty();
    byte[] whole = input.json(call, Selection.all());
    assertThat(input.document(call).json(Selection.all())).isEqualTo(whole);
    for (Planned policy : PLANNED) {
      byte[] some = input.json(call, policy.reads());
      assertThat(policy.answer(some))
          .as(
              () ->
                  policy.rego()
                      + "\nreads "
                      + policy.reads()
                      + "\n"
                      + new String(whole, StandardCharsets.UTF_8)
                      + "\n"
                      + new String(some, StandardCharsets.UTF_8))
          .isEqualTo(policy.answer(whole));
    }
  }

  private static Authentication caller(ObjectNode claims) {
    return new Authentication.Authenticated(
        new VerifiedToken(
            "k",
            JsonNodeFactory.instance.objectNode(),
            claims,
            Optional.empty(),
            Map.of(),
            List.of()));
  }

  @Test
  void onlyWhatIsLookedAtIsWritten() {
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("allow if input.claims.a == 1", "{claims={a=*}}");
    expected.put("allow if not input.claims.a.b", "{claims={a={b=*}}}");
    expected.put("allow if { x := input.claims\n not x.b }", "{claims={b=*}}");
    expected.put("allow if f(input)\nf(x) if x.claims.a == 1", "{claims={a=*}}");
    expected.put("allow if g(input.claims).b == 1\ng(c) := c", "{claims=*}");
    expected.put("allow if walk(input.claims, [_, 1])", "{claims=*}");
    expected.put("allow if walk(input, [_, 1])", "*");
    expected.put("allow if input[input.claims.a] == 1", "*");
    expected.put("allow if 1 == 1", "{}");
    expected.put("allow if h with input as input.claims\nh if input.a", "{a=*, claims=*}");
    expected.put("allow if data.q[input.claims.a]", "{claims={a=*, b=*}}");
    expected.put("allow if h with input.claims.a as 1\nh if input.claims.b", "{claims={a=*, b=*}}");
    List<Planned> planned = PlannedPolicies.of(List.copyOf(expected.keySet()));

    assertThat(planned)
        .extracting(policy -> policy.rego() + " reads " + policy.reads())
        .containsExactlyElementsOf(
            expected.entrySet().stream()
                .map(entry -> entry.getKey() + " reads " + entry.getValue())
                .toList());
  }

  @Provide
  Arbitrary<JsonNode> documents() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    Arbitrary<JsonNode> leaf =
        Arbitraries.of(
            json.numberNode(1),
            json.numberNode(2),
            json.textNode("k"),
            json.textNode("a"),
            json.textNode("claims"),
            json.booleanNode(false),
            json.booleanNode(true),
            json.nullNode(),
            json.arrayNode().add(1).add("k"),
            json.objectNode());
    Arbitrary<JsonNode> document = leaf;
    for (int depth = 0; depth < 3; depth++) {
      Arbitrary<JsonNode> below = Arbitraries.oneOf(leaf, document);
      document =
          Arbitraries.maps(Arbitraries.of("a", "b", "c"), below)
              .ofMaxSize(3)
              .map(
                  members -> {
                    ObjectNode object = json.objectNode();
                    members.forEach(object::set);
                    return object;
                  });
    }
    return Arbitraries.oneOf(document, document, leaf);
  }

  @Provide
  Arbitrary<CheckRequest> requests() {
    Arbitrary<Map<String, String>> headers =
        Arbitraries.maps(Arbitraries.of("x-a", "x-b", "host"), Arbitraries.of("k", "l", ""))
            .ofMaxSize(3);
    return Combinators.combine(
            Arbitraries.of("GET", "POST"),
            Arbitraries.of("/a", "/", "/a?a=k&b=1", "/a/b?a="),
            Arbitraries.of("", "api.example.com"),
            headers,
            Arbitraries.maps(Arbitraries.of("a", "b"), Arbitraries.of("k", "l")).ofMaxSize(2),
            documents(),
            Arbitraries.of("", "spiffe://k"))
        .as(
            (method, path, host, map, extensions, body, principal) -> {
              HttpRequest.Builder http =
                  HttpRequest.newBuilder().setMethod(method).setPath(path).setHost(host);
              http.putAllHeaders(map).putHeaders("content-type", "application/json");
              http.setBody(body.toString());
              CheckRequest.Builder check = CheckRequest.newBuilder();
              check.getAttributesBuilder().putAllContextExtensions(extensions);
              check.getAttributesBuilder().getSourceBuilder().setPrincipal(principal);
              extensions.forEach(
                  (name, value) ->
                      check
                          .getAttributesBuilder()
                          .getMetadataContextBuilder()
                          .putFilterMetadata(
                              "f",
                              Struct.newBuilder()
                                  .putFields(name, Value.newBuilder().setStringValue(value).build())
                                  .build()));
              check.getAttributesBuilder().getRequestBuilder().setHttp(http);
              return check.build();
            });
  }
}
