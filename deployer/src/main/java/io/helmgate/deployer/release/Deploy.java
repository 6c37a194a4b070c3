package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Installs and upgrades. */
final class Deploy {

  private final ReleaseStore store;
  private final HelmEngine engine;
  private final Drafting drafting;
  private final Settlement settlement;
  private final Clock clock;

  Deploy(ReleasePorts ports, Drafting drafting, Settlement settlement, Clock clock) {
    this.store = ports.store();
    this.engine = ports.engine();
    this.drafting = drafting;
    this.settlement = settlement;
    this.clock = clock;
  }

  Outcome<ReleaseRevision> install(Caller caller, DeployRequest request, Progress progress) {
    Instant deadline = clock.instant().plus(request.timeout());
    return RequestRules.check(request)
        .flatMap(_ -> store.revisions(caller, request.ref()))
        .flatMap(
            revisions -> {
              progress.seen(RevisionState.newest(revisions));
              return revisions.isEmpty()
                  ? installNew(caller, request, deadline, progress)
                  : repeated(caller, request, revisions.getFirst(), deadline, progress)
                      .flatMap(same -> same.map(Outcome::success).orElseGet(() -> taken(request)));
            });
  }

  Outcome<ReleaseRevision> upgrade(Caller caller, DeployRequest request, Progress progress) {
    Instant deadline = clock.instant().plus(request.timeout());
    return RequestRules.check(request)
        .flatMap(_ -> store.existing(caller, request.ref()))
        .flatMap(
            revisions -> {
              progress.seen(RevisionState.newest(revisions));
              return repeated(caller, request, revisions.getFirst(), deadline, progress)
                  .flatMap(
                      same ->
                          same.map(Outcome::success)
                              .orElseGet(
                                  () ->
                                      upgradeNow(caller, request, revisions, deadline, progress)));
            });
  }

  /** The newest revision, when it was made by an earlier call with the same request id. */
  private Outcome<Optional<ReleaseRevision>> repeated(
      Caller caller,
      DeployRequest request,
      RevisionState newest,
      Instant deadline,
      Progress progress) {
    if (request.requestId().isEmpty()) {
      return Outcome.success(Optional.empty());
    }
    String id = request.requestId().get();
    return store
        .stored(caller, request.ref(), newest.revision())
        .flatMap(
            stored -> {
              ReleaseRevision revision = stored.revision();
              if (!id.equals(revision.chart().annotations().get(ChartAnnotations.REQUEST_ID))) {
                return Outcome.success(Optional.empty());
              }
              if (newest.pending()) {
                return Outcome.failure(
                    Reason.ABORTED, "release " + request.ref() + ": this request is under way");
              }
              return request.awaitReady() && revision.status().equals("deployed")
                  ? settlement.await(caller, stored, deadline, progress).map(Optional::of)
                  : Outcome.success(Optional.of(revision));
            });
  }

  private Outcome<ReleaseRevision> installNew(
      Caller caller, DeployRequest request, Instant deadline, Progress progress) {
    progress.revision(1);
    return drafting
        .deploy(caller, request, List.of(), deadline, progress)
        .flatMap(
            draft -> {
              var command =
                  new EngineCommand.Install(
                      request.ref(),
                      draft.chart(),
                      annotations(request, draft, progress),
                      draft.values(),
                      draft.planned(),
                      draft.newNamespace());
              return run(caller, draft, command, 1, deadline, progress);
            })
        .flatMap(_ -> settled(caller, request, 1, OptionalInt.empty(), deadline, progress));
  }

  private Outcome<ReleaseRevision> upgradeNow(
      Caller caller,
      DeployRequest request,
      List<RevisionState> revisions,
      Instant deadline,
      Progress progress) {
    RevisionState newest = revisions.getFirst();
    if (newest.pending()) {
      return Settlement.underWay(newest);
    }
    int revision = newest.revision() + 1;
    progress.revision(revision);
    return drafting
        .deploy(caller, request, revisions, deadline, progress)
        .flatMap(
            draft -> {
              var command =
                  new EngineCommand.Upgrade(
                      request.ref(),
                      draft.chart(),
                      annotations(request, draft, progress),
                      draft.values(),
                      draft.planned());
              return run(caller, draft, command, revision, deadline, progress);
            })
        .flatMap(
            _ ->
                settled(
                    caller, request, revision, Settlement.deployed(revisions), deadline, progress));
  }

  /** Also a failed revision of a plan gets the true chart, so that later reads see it. */
  private Outcome<ReleaseRef> run(
      Caller caller,
      Draft draft,
      EngineCommand command,
      int revision,
      Instant deadline,
      Progress progress) {
    Duration left = Duration.between(clock.instant(), deadline);
    progress.warned(draft.doubts());
    Outcome<ReleaseRef> done = engine.run(caller, command, left, progress);
    if (draft.plan().isEmpty()) {
      return done;
    }
    drafting.done(draft.plan(), done);
    Outcome<ReleaseRef> restored =
        store.restoreChart(caller, command.ref(), revision, draft.chart());
    return done.flatMap(_ -> restored);
  }

  private Outcome<ReleaseRevision> settled(
      Caller caller,
      DeployRequest request,
      int revision,
      OptionalInt deployedBefore,
      Instant deadline,
      Progress progress) {
    return store
        .stored(caller, request.ref(), revision)
        .flatMap(
            stored ->
                request.awaitReady()
                    ? settlement.settle(caller, stored, deployedBefore, deadline, progress)
                    : Outcome.success(stored.revision()));
  }

  private static Map<String, String> annotations(
      DeployRequest request, Draft draft, Progress progress) {
    Map<String, String> annotations =
        new LinkedHashMap<>(ChartAnnotations.of(request, draft.chart(), draft.values()));
    annotations.putAll(progress.annotations());
    return annotations;
  }

  private static Outcome<ReleaseRevision> taken(DeployRequest request) {
    return Outcome.failure(
        Reason.ALREADY_EXISTS,
        "release " + request.ref() + ": exists already (expected: a free name, or an update)");
  }
}
