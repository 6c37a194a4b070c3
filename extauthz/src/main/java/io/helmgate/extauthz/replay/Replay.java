package io.helmgate.extauthz.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyOutcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts records to the candidate policies. */
public final class Replay {

  private static final String ALLOW = "allow";
  private static final String DENY = "deny";

  private final Map<String, Policy> byProfile;

  public Replay(Map<String, Policy> byProfile) {
    this.byProfile = Map.copyOf(byProfile);
  }

  /** Whether a line of a log is a record of a decision. */
  static boolean isRecord(JsonNode line) {
    return line.isObject() && line.has("decision_id") && line.has("result");
  }

  /** Compares one. */
  Replayed of(JsonNode record) {
    if (!record.has("path")) {
      return new Replayed.WithoutPolicy();
    }
    String profile = record.at("/custom/profile").asText("");
    Policy candidate = byProfile.get(profile);
    if (candidate == null) {
      return new Replayed.NotReplayable("the candidate has no profile " + profile);
    }
    Optional<String> hidden = hidden(record, candidate);
    if (hidden.isPresent()) {
      return new Replayed.NotReplayable(hidden.get());
    }
    byte[] input = record.path("input").toString().getBytes(StandardCharsets.UTF_8);
    String before = before(record);
    return switch (candidate.decide(input)) {
      case PolicyOutcome.Allowed _ -> new Replayed.Compared(before, ALLOW, "");
      case PolicyOutcome.Denied _ -> new Replayed.Compared(before, DENY, "");
      case PolicyOutcome.Undefined() -> new Replayed.Compared(before, DENY, "undefined");
      case PolicyOutcome.Malformed(String reason) ->
          new Replayed.Compared(before, DENY, "malformed: " + reason);
      case PolicyOutcome.Failed(String reason) ->
          new Replayed.Compared(before, DENY, "failed: " + reason);
      case PolicyOutcome.Absent(String reason) ->
          new Replayed.NotReplayable("the candidate has no policy: " + reason);
    };
  }

  private static String before(JsonNode record) {
    JsonNode result = record.path("result");
    return result.asBoolean() || result.path("allowed").asBoolean() ? ALLOW : DENY;
  }

  /** Why the candidate could see something else than the recorded policy saw. */
  private static Optional<String> hidden(JsonNode record, Policy candidate) {
    if (!record.path("input").isObject()) {
      return Optional.of("the input was left out of the record");
    }
    List<JsonNode> paths = new ArrayList<>();
    record.path("masked").forEach(paths::add);
    record.path("erased").forEach(paths::add);
    return paths.stream()
        .map(JsonNode::asText)
        .filter(path -> candidate.reads().touches(steps(path)))
        .findFirst()
        .map(path -> "the policy may read " + path + ", which is masked");
  }

  /** Steps below {@code /input} (RFC 6901). */
  private static List<String> steps(String pointer) {
    List<String> steps = new ArrayList<>();
    for (String step : pointer.split("/", -1)) {
      steps.add(step.replace("~1", "/").replace("~0", "~"));
    }
    return steps.subList(Math.min(2, steps.size()), steps.size());
  }
}
