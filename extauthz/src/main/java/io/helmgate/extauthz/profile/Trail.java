package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.input.InputDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happened to one request, for metrics and the record.
 *
 * @param id id of the decision
 * @param request the request
 * @param at when it came
 * @param profile name of the profile; empty when it is unknown
 * @param query what the policy was asked; empty without a policy
 * @param revision revision of the policy; empty without one
 * @param bundle name of the bundle that the policy comes from; empty without one
 * @param subject the caller's name; empty when nobody is named
 * @param evaluations what the policy was asked and said, in order
 * @param decision the decision
 * @param detail why, in words for the operator; may be empty
 * @param times time of each stage that ran
 * @param total time of the whole decision
 */
public record Trail(
    String id,
    AuthRequest request,
    Instant at,
    String profile,
    String query,
    String revision,
    String bundle,
    Optional<String> subject,
    List<Evaluation> evaluations,
    Decision decision,
    String detail,
    Map<Stage, Duration> times,
    Duration total) {

  /** A part of the work on a request. */
  public enum Stage {
    /** Finding out who calls. */
    AUTHENTICATE,
    /** Counting sessions and calls. */
    LIMIT,
    /** Decoding the body. */
    DECODE,
    /** Building the input and evaluating the policy, for all calls. */
    POLICY,
    /** Uniting effects and signing the assertion. */
    RESPOND
  }

  /**
   * One question to the policy.
   *
   * @param document what it was asked
   * @param allowed whether the policy allowed it
   */
  public record Evaluation(InputDocument document, boolean allowed) {

    /** The whole document, JSON in UTF-8; written anew each time. */
    public byte[] input() {
      return document.json(Selection.all());
    }
  }

  public Trail {
    evaluations = List.copyOf(evaluations);
    times = times.isEmpty() ? Map.of() : new EnumMap<>(times);
  }
}
