package io.helmgate.extauthz.record;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.input.WrittenDocument;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.extauthz.token.Requests;
import io.helmgate.extauthz.token.TestKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trails of denied requests. */
final class Trails {

  static final String TOKEN = TestKeys.token("{\"iss\":\"A\"}");

  private static final Decision DENIED =
      new Decision.Deny(DenyReason.POLICY_DENIED, 403, Map.of(), "no");

  private Trails() {}

  /** A trail with an evaluation for each input. */
  static Trail of(String... inputs) {
    AuthRequest request = Requests.get("/apps?access_token=" + TOKEN + "&x=1", Map.of());
    List<Trail.Evaluation> evaluations = new ArrayList<>();
    for (String input : inputs) {
      evaluations.add(new Trail.Evaluation(new WrittenDocument(input), true));
    }
    return new Trail(
        "decision-1",
        request,
        Instant.ofEpochSecond(1_800_000_000),
        "default",
        "data.helmgate.authz.allow",
        "revision-1",
        "",
        Optional.of("p:alice"),
        evaluations,
        DENIED,
        "why",
        Map.of(Trail.Stage.POLICY, Duration.ofMillis(2)),
        Duration.ofMillis(3));
  }
}
