package io.helmgate.extauthz.profile;

import static io.helmgate.extauthz.profile.PipelineFixture.DECODED;
import static io.helmgate.extauthz.profile.PipelineFixture.assertDenied;
import static io.helmgate.extauthz.profile.PipelineFixture.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.extauthz.call.CallReader;
import io.helmgate.extauthz.call.MarkedCalls;
import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.token.Requests;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of bodies that nobody can read. */
final class UndecodableRequestsTest {

  private static final String JSON = "application/json";

  private final PipelineFixture fixture = new PipelineFixture();
  private final FakePolicy policy = FakePolicy.allowAll();

  @Test
  void theyAreRefusedWithoutAskingThePolicy() {
    for (CallReader reader : new CallReader[] {DECODED, new NamedCalls()}) {
      assertDenied(
          fixture.decide(policy, reader, body("/apps/install", "{\"name\":")),
          DenyReason.REQUEST_REFUSED,
          400);
      assertDenied(
          fixture.decide(policy, reader, Requests.cut(body("/apps/install", "{\"name\":"))),
          DenyReason.BODY_TRUNCATED,
          413);
    }

    assertThat(policy.asked()).isEmpty();
  }

  @Test
  void aProfileMayLetItsPolicyJudgeThem() {
    for (CallReader reader : new CallReader[] {DECODED, new NamedCalls()}) {
      JsonNode input = judged(reader, body("/apps/install", "{\"name\":"));
      assertThat(input.path("decode_error").asText()).startsWith("body: ");
      assertThat(input.path("parsed_body").isNull()).isTrue();
      assertThat(input.has("call")).isFalse();

      JsonNode cut = judged(reader, Requests.cut(body("/apps/install", "{\"name\":")));
      assertThat(cut.path("truncated_body").asBoolean()).isTrue();
      assertThat(cut.path("parsed_body").isNull()).isTrue();
      assertThat(cut.has("call")).isFalse();
    }
  }

  @Test
  void whatCanBeDecodedIsNotMarked() {
    JsonNode input = judged(DECODED, PipelineFixture.getApp(Map.of()));

    assertThat(input.has("decode_error")).isFalse();
    assertThat(input.has("call")).isTrue();
  }

  @Test
  void aPathThatServersReadDifferentlyIsNeverForThePolicyToJudge() {
    for (String path : new String[] {"/apps//x", "/apps/%2e%2e/x", "/apps/a;b", "/%zz"}) {
      assertDenied(
          fixture.decide(policy, new MarkedCalls(DECODED), body(path, "{}")),
          DenyReason.REQUEST_REFUSED,
          400);
    }
    assertThat(policy.asked()).isEmpty();
  }

  private JsonNode judged(CallReader reader, AuthRequest request) {
    assertThat(fixture.decide(policy, new MarkedCalls(reader), request).decision())
        .isInstanceOf(Decision.Allow.class);
    return policy.asked().getLast();
  }

  private static AuthRequest body(String path, String body) {
    return Requests.post(path, JSON, body, bearer());
  }
}
