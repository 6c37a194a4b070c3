package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Tells what writes would change, and keeps that as plans. Writes nothing of a release. */
public final class Previews {
  private final Cluster cluster;
  private final ReleaseStore store;
  private final PlanStore plans;
  private final Drafting drafting;
  private final Clock clock;
  private final RandomGenerator random;
  private final Duration retention;

  /**
   * @param retention how long a plan is kept
   */
  public Previews(ReleasePorts ports, Clock clock, RandomGenerator random, Duration retention) {
    this.cluster = ports.cluster();
    this.store = ports.store();
    this.plans = ports.plans();
    this.drafting = new Drafting(ports, clock);
    this.clock = clock;
    this.random = random;
    this.retention = retention;
  }

  public Outcome<Preview> install(Caller caller, DeployRequest request) {
    return writable(caller, request.ref())
        .flatMap(_ -> store.revisions(caller, request.ref()))
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? deploy(caller, request, revisions)
                    : Outcome.failure(
                        Reason.ALREADY_EXISTS,
                        "release " + request.ref() + ": exists already (expected: a free name)"));
  }

  public Outcome<Preview> upgrade(Caller caller, DeployRequest request) {
    return existing(caller, request.ref()).flatMap(revisions -> deploy(caller, request, revisions));
  }

  private Outcome<Preview> deploy(
      Caller caller, DeployRequest request, List<RevisionState> revisions) {
    Instant deadline = clock.instant().plus(request.timeout());
    return drafting
        .deploy(caller, request, revisions, deadline, Progress.UNWATCHED)
        .flatMap(
            draft -> {
              Plan plan =
                  plan(
                      request.ref(),
                      PlanParts.of(request, revisions, draft),
                      draft.chart().version(),
                      Optional.of(draft.rendering()));
              return kept(plan)
                  .map(
                      kept ->
                          new Preview(
                              request.ref(),
                              revisions.isEmpty() ? 1 : revisions.getFirst().revision() + 1,
                              draft.old().map(old -> old.revision().given()).orElse(Values.NONE),
                              draft.values(),
                              Optional.of(draft.chart()),
                              draft.report().effects(),
                              draft.rendering().hooks(),
                              draft.rendering().doubts(),
                              notes(draft.report().doubts(), kept),
                              kept.plan()));
            });
  }

  public Outcome<Preview> rollback(Caller caller, Write.Rollback request) {
    return existing(caller, request.ref())
        .flatMap(
            revisions ->
                Rollback.target(request, revisions)
                    .flatMap(target -> store.stored(caller, request.ref(), target.revision()))
                    .flatMap(target -> rollback(caller, target, revisions)));
  }

  private Outcome<Preview> rollback(
      Caller caller, StoredRevision target, List<RevisionState> revisions) {
    RevisionState newest = revisions.getFirst();
    return drafting
        .rollback(caller, target, newest, Progress.UNWATCHED)
        .flatMap(
            checked -> {
              Plan plan =
                  plan(
                      newest.ref(),
                      PlanParts.of(target, revisions, checked.report()),
                      "",
                      Optional.empty());
              return kept(plan)
                  .map(
                      kept ->
                          new Preview(
                              newest.ref(),
                              newest.revision() + 1,
                              checked.old().map(old -> old.revision().given()).orElse(Values.NONE),
                              target.revision().given(),
                              Optional.empty(),
                              checked.report().effects(),
                              target.hooks(),
                              List.of(),
                              notes(checked.report().doubts(), kept),
                              kept.plan()));
            });
  }

  private Outcome<Caller> writable(Caller caller, ReleaseRef ref) {
    return RequestRules.check(ref)
        .flatMap(_ -> cluster.mayUseRecords(caller, ref.namespace(), "create"));
  }

  private Outcome<List<RevisionState>> existing(Caller caller, ReleaseRef ref) {
    return writable(caller, ref)
        .flatMap(_ -> store.existing(caller, ref))
        .flatMap(
            revisions ->
                revisions.getFirst().pending()
                    ? Settlement.underWay(revisions.getFirst())
                    : Outcome.success(revisions));
  }

  private Plan plan(
      ReleaseRef ref,
      Map<String, String> parts,
      String chartVersion,
      Optional<Rendering> rendering) {
    byte[] salt = new byte[16];
    random.nextBytes(salt);
    return new Plan(
        ref,
        HexFormat.of().formatHex(salt),
        parts,
        chartVersion,
        rendering,
        clock.instant().plus(retention));
  }

  /** A plan that is kept, or why it is not. */
  private record Kept(Optional<Plan> plan, String why) {}

  private Outcome<Kept> kept(Plan plan) {
    return switch (plans.keep(plan, clock.instant())) {
      case Outcome.Success<Plan>(Plan kept) -> Outcome.success(new Kept(Optional.of(kept), ""));
      case Outcome.Failure<Plan>(Reason reason, String message, var _) ->
          reason == Reason.FAILED_PRECONDITION
              ? Outcome.success(new Kept(Optional.empty(), message))
              : Outcome.failure(reason, message);
    };
  }

  private static List<String> notes(List<String> doubts, Kept kept) {
    List<String> notes = new ArrayList<>(doubts);
    if (kept.plan().isEmpty()) {
      notes.add(kept.why());
    }
    return notes;
  }
}
