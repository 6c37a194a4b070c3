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

  private final Cluster cluster;
  private final ReleaseStore store;
  private final HelmEngine engine;
  private final ChartSource charts;
  private final Settlement settlement;
  private final Clock clock;

  Deploy(ReleasePorts ports, Settlement settlement, Clock clock) {
    this.cluster = ports.cluster();
    this.store = ports.store();
    this.engine = ports.engine();
    this.charts = ports.charts();
    this.settlement = settlement;
    this.clock = clock;
  }

  Outcome<ReleaseRevision> install(Caller caller, DeployRequest request, Progress progress) {
    Instant deadline = clock.instant().plus(request.timeout());
    return begin(caller, request)
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? installNew(caller, request, deadline, progress)
                    : repeated(caller, request, revisions.getFirst(), deadline, progress)
                        .flatMap(
                            same -> same.map(Outcome::success).orElseGet(() -> taken(request))));
  }

  Outcome<ReleaseRevision> upgrade(Caller caller, DeployRequest request, Progress progress) {
    Instant deadline = clock.instant().plus(request.timeout());
    return begin(caller, request)
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? HelmReleases.unknown(request.ref())
                    : repeated(caller, request, revisions.getFirst(), deadline, progress)
                        .flatMap(
                            same ->
                                same.map(Outcome::success)
                                    .orElseGet(
                                        () ->
                                            upgradeNow(
                                                caller, request, revisions, deadline, progress))));
  }

  private Outcome<List<RevisionState>> begin(Caller caller, DeployRequest request) {
    return RequestRules.check(request)
        .flatMap(_ -> cluster.reach(caller))
        .flatMap(_ -> store.revisions(caller, request.ref()));
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
    ReleaseRef ref = request.ref();
    progress.revision(1);
    return cluster
        .namespaceAbsent(caller, ref.namespace())
        .flatMap(
            absent ->
                fetch(request, deadline, progress)
                    .map(
                        chart ->
                            new EngineCommand.Install(
                                ref,
                                chart,
                                annotations(request, chart, progress),
                                request.values(),
                                absent)))
        .flatMap(command -> engine.run(caller, command, until(deadline), progress))
        .flatMap(_ -> settled(caller, request, 1, OptionalInt.empty(), deadline, progress));
  }

  private Outcome<ReleaseRevision> upgradeNow(
      Caller caller,
      DeployRequest request,
      List<RevisionState> revisions,
      Instant deadline,
      Progress progress) {
    ReleaseRef ref = request.ref();
    RevisionState newest = revisions.getFirst();
    if (newest.pending()) {
      return Settlement.underWay(newest);
    }
    int revision = newest.revision() + 1;
    progress.revision(revision);
    return fetch(request, deadline, progress)
        .map(
            chart ->
                new EngineCommand.Upgrade(
                    ref, chart, annotations(request, chart, progress), request.values()))
        .flatMap(command -> engine.run(caller, command, until(deadline), progress))
        .flatMap(
            _ ->
                settled(
                    caller, request, revision, Settlement.deployed(revisions), deadline, progress));
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

  private Outcome<FetchedChart> fetch(DeployRequest request, Instant deadline, Progress progress) {
    return progress
        .enter(Phase.FETCHING)
        .flatMap(_ -> charts.fetch(request.chart(), request.version(), until(deadline)))
        .map(
            chart -> {
              progress.fetched(chart);
              return chart;
            });
  }

  private static Map<String, String> annotations(
      DeployRequest request, FetchedChart chart, Progress progress) {
    Map<String, String> annotations = new LinkedHashMap<>(ChartAnnotations.of(request, chart));
    annotations.putAll(progress.annotations());
    return annotations;
  }

  private Duration until(Instant deadline) {
    return Duration.between(clock.instant(), deadline);
  }

  private static Outcome<ReleaseRevision> taken(DeployRequest request) {
    return Outcome.failure(
        Reason.ALREADY_EXISTS,
        "release " + request.ref() + ": exists already (expected: a free name, or an update)");
  }
}
