package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.input.InputDocument;
import io.helmgate.extauthz.profile.Trail.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects what a {@link Trail} tells. */
final class TrailNotes {

  private final String id;
  private final AuthRequest request;
  private final Instant at;
  private final long startNanos = System.nanoTime();
  private final Map<Stage, Duration> times = new EnumMap<>(Stage.class);
  private final List<Trail.Evaluation> evaluations = new ArrayList<>();
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private String profile = "";
  private String query = "";
  private String revision = "";
  private String bundle = "";
  private String detail = "";
  private Optional<String> subject = Optional.empty();

  TrailNotes(String id, AuthRequest request, Instant at) {
    this.id = id;
    this.request = request;
    this.at = at;
  }

  void profile(Profile chosen) {
    profile = chosen.name();
    query = chosen.query();
    revision = chosen.policy().revision();
    bundle = chosen.policy().bundle();
  }

  /** The version of the policy that decides, when it is other than the one at the beginning. */
  void revision(String inForce) {
    revision = inForce;
  }

  void subject(Optional<String> name) {
    subject = name;
  }

  void detail(String text) {
    detail = text;
  }

  void evaluated(InputDocument input, boolean allowed) {
    evaluations.add(new Trail.Evaluation(input, allowed));
  }

  /** What a policy says for Envoy's metadata; it cannot speak for this service. */
  void metadata(Map<String, Object> fromPolicy) {
    metadata.putAll(fromPolicy);
  }

  <T> T timed(Stage stage, Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      times.put(stage, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  Map<String, Object> metadata() {
    Map<String, Object> all = new LinkedHashMap<>(metadata);
    all.put("decision_id", id);
    all.put("profile", profile);
    all.put("policy_revision", revision);
    subject.ifPresent(name -> all.put("subject", name));
    return all;
  }

  Trail trail(Decision decision) {
    return new Trail(
        id,
        request,
        at,
        profile,
        query,
        revision,
        bundle,
        subject,
        evaluations,
        decision,
        detail,
        times,
        Duration.ofNanos(System.nanoTime() - startNanos));
  }
}
