package io.helmgate.extauthz.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.helmgate.extauthz.call.CallReader;
import io.helmgate.extauthz.call.DecodedCalls;
import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.limits.TestLimits;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.profile.DecisionPipeline;
import io.helmgate.extauthz.profile.Profile;
import io.helmgate.extauthz.profile.Profiles;
import io.helmgate.extauthz.reply.EnvoyStyle;
import io.helmgate.extauthz.token.Authenticator;
import io.helmgate.extauthz.token.TokenCache;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever Envoy sends and whatever a policy says, the answer is well-formed. The number of tries
 * is jqwik's default, which {@code make soak} raises.
 */
final class AnyRequestTest {

  /** Field name and value of RFC 9110 §5; obs-text is allowed in values. */
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0A-\\x1F\\x7F]");
  private static final CallReader CALLS =
      new DecodedCalls(new CallDecoder(CallSchema.helmgate(), CallLimits.defaults()));

  private final List<RuntimeException> faults = new ArrayList<>();

  @Property
  void everyRequestGetsAWellFormedAnswer(
      @ForAll("requests") CheckRequest request, @ForAll("outcomes") PolicyOutcome outcome)
      throws InvalidProtocolBufferException {
    for (CallReader calls : List.of(CALLS, new NamedCalls())) {
      CheckResponse response = service(calls, outcome).answer(request);

      assertThat(faults).isEmpty();
      assertThat(CheckResponse.parseFrom(response.toByteArray())).isEqualTo(response);
      switch (response.getHttpResponseCase()) {
        case OK_RESPONSE -> assertThat(response.getStatus().getCode()).isZero();
        case DENIED_RESPONSE -> {
          assertThat(response.getStatus().getCode()).isBetween(1, 16);
          assertThat(response.getDeniedResponse().getStatus().getCodeValue()).isBetween(200, 599);
        }
        default -> throw new AssertionError("neither allowed nor denied: " + response);
      }
      if (outcome instanceof PolicyOutcome.Allowed) {
        continue;
      }
      assertThat(response.hasOkResponse()).as("nothing passes against the policy").isFalse();
    }
  }

  @Property
  void noAnswerHoldsAnIllegalHeader(
      @ForAll("requests") CheckRequest request, @ForAll("outcomes") PolicyOutcome outcome) {
    CheckResponse response = service(new NamedCalls(), outcome).answer(request);

    assertThat(faults).isEmpty();
    Stream.of(
            response.getOkResponse().getHeadersList(),
            response.getOkResponse().getResponseHeadersToAddList(),
            response.getDeniedResponse().getHeadersList())
        .flatMap(List::stream)
        .map(HeaderValueOption::getHeader)
        .forEach(
            header -> {
              assertThat(header.getKey()).matches(NAME);
              assertThat(header.getValue()).doesNotContainPattern(CONTROL);
            });
    assertThat(response.getOkResponse().getHeadersToRemoveList())
        .allSatisfy(name -> assertThat(name).matches(NAME));
  }

  private CheckService service(CallReader calls, PolicyOutcome outcome) {
    Clock clock = Clock.systemUTC();
    Profile profile =
        new Profile(
            Profiles.DEFAULT,
            new Authenticator(
                Authenticator.Mode.ALLOW_MISSING, List.of(), new TokenCache(100), clock),
            TestLimits.high(clock),
            calls,
            new Saying(outcome),
            "data.test.allow",
            new EnvoyStyle(),
            Optional.empty());
    DecisionPipeline pipeline =
        new DecisionPipeline(
            new Profiles(Map.of(Profiles.DEFAULT, profile), Map.of()),
            name -> Optional.empty(),
            clock,
            () -> "id",
            t -> {});
    return new CheckService(pipeline, Duration.ofSeconds(30), clock, faults::add);
  }

  private record Saying(PolicyOutcome outcome) implements Policy {
    @Override
    public PolicyOutcome decide(byte[] inputJsonUtf8) {
      return outcome;
    }

    @Override
    public String revision() {
      return "revision-1";
    }
  }

  @Provide
  Arbitrary<CheckRequest> requests() {
    Arbitrary<Map<String, String>> headers = Arbitraries.maps(names(), values()).ofMaxSize(5);
    Arbitrary<List<HeaderValue>> pairs =
        Combinators.combine(names(), values(), bytes())
            .as(
                (name, value, raw) ->
                    HeaderValue.newBuilder()
                        .setKey(name)
                        .setValue(raw.isEmpty() ? value : "")
                        .setRawValue(raw)
                        .build())
            .list()
            .ofMaxSize(4);
    return Combinators.combine(methods(), paths(), values(), headers, pairs, bodies(), bytes())
        .as(
            (method, path, host, map, list, body, raw) -> {
              HttpRequest.Builder http =
                  HttpRequest.newBuilder().setMethod(method).setPath(path).setHost(host);
              http.putAllHeaders(map).setBody(body).setRawBody(raw);
              http.getHeaderMapBuilder().addAllHeaders(list);
              CheckRequest.Builder check = CheckRequest.newBuilder();
              check.getAttributesBuilder().getRequestBuilder().setHttp(http);
              return check.build();
            });
  }

  @Provide
  Arbitrary<PolicyOutcome> outcomes() {
    Arbitrary<Map<String, List<String>>> headers =
        Arbitraries.maps(names(), values().list().ofMaxSize(2)).ofMaxSize(3);
    Arbitrary<PolicyEffects> effects =
        Combinators.combine(
                headers,
                headers,
                names().list().ofMaxSize(2),
                headers,
                Arbitraries.of(200, 302, 400, 401, 403, 404, 429, 500, 503).optional(),
                values().optional())
            .as(
                (set, add, remove, query, status, body) ->
                    new PolicyEffects(
                        set, add, remove, query, remove, status, body, Map.of("k", set)));
    return Arbitraries.oneOf(
        effects.map(PolicyOutcome.Allowed::new),
        effects.map(PolicyOutcome.Denied::new),
        Arbitraries.just(new PolicyOutcome.Undefined()),
        values().map(PolicyOutcome.Malformed::new),
        values().map(PolicyOutcome.Failed::new),
        values().map(PolicyOutcome.Absent::new));
  }

  private static Arbitrary<String> names() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "authorization",
            "Content-Type",
            "content-length",
            "x-request-id",
            "x-envoy-auth-partial-body",
            ":path",
            "",
            "host",
            "X Y",
            "a\r\nb",
            "x-helmgate-decision-id"),
        Arbitraries.strings().ascii().ofMaxLength(8),
        valid());
  }

  private static Arbitrary<String> values() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "application/json",
            "application/grpc",
            "application/graphql",
            "application/x-www-form-urlencoded",
            "Bearer a.b.c",
            "-1",
            "99999999999999999999",
            "true",
            "a\r\nset-cookie: b",
            "\0",
            "gzip"),
        valid());
  }

  private static Arbitrary<String> methods() {
    return Arbitraries.oneOf(Arbitraries.of("GET", "POST", "PUT", "DELETE"), valid());
  }

  private static Arbitrary<String> paths() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "/graphql",
            "/apps",
            "/apps/a/b?x=%zz&y=%41",
            "/helmgate.HelmProxyService/GetApp",
            "*",
            "//a/../b",
            "/a%2fb",
            ""),
        valid().map(text -> "/" + text));
  }

  private static Arbitrary<String> bodies() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "{\"query\":\"{ getApp(input: {namespace: \\\"a\\\", name: \\\"b\\\"}) { name } }\"}",
            "{\"query\":",
            "{\"a\":1,\"a\":2}",
            "[".repeat(2000),
            "{\"a\":1e999999999}",
            "a=b&c",
            "null"),
        valid());
  }

  private static Arbitrary<ByteString> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(30).map(ByteString::copyFrom);
  }

  /** Texts that protobuf can carry: no half of a surrogate pair. */
  private static Arbitrary<String> valid() {
    return Arbitraries.strings()
        .all()
        .ofMaxLength(20)
        .map(text -> ByteString.copyFromUtf8(text).toStringUtf8());
  }
}
