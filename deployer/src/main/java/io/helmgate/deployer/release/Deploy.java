package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
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
  private final ValuesSource valuesSource;
  private final ValuesSchema schema;
  private final Settlement settlement;
  private final Clock clock;

  Deploy(ReleasePorts ports, Settlement settlement, Clock clock) {
    this.cluster = ports.cluster();
    this.store = ports.store();
    this.engine = ports.engine();
    this.charts = ports.charts();
    this.valuesSource = ports.values();
    this.schema = ports.schema();
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
                prepare(caller, request, Values.NONE, deadline, progress)
                    .map(
                        prepared ->
                            new EngineCommand.Install(
                                ref,
                                prepared.chart(),
                                prepared.annotations(),
                                prepared.values(),
                                absent)))
        .flatMap(command -> run(caller, command, deadline, progress))
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
    return old(caller, request, revisions)
        .flatMap(old -> prepare(caller, request, old, deadline, progress))
        .map(
            prepared ->
                new EngineCommand.Upgrade(
                    ref, prepared.chart(), prepared.annotations(), prepared.values()))
        .flatMap(command -> run(caller, command, deadline, progress))
        .flatMap(
            _ ->
                settled(
                    caller, request, revision, Settlement.deployed(revisions), deadline, progress));
  }

  /**
   * The values that an upgrade without any reuses: those of the revision that Helm goes on from.
   */
  private Outcome<Values> old(Caller caller, DeployRequest request, List<RevisionState> revisions) {
    if (request.values().isPresent()) {
      return Outcome.success(Values.NONE);
    }
    int from = Settlement.deployed(revisions).orElse(revisions.getFirst().revision());
    return store.stored(caller, request.ref(), from).map(stored -> stored.revision().given());
  }

  /** All that Helm needs to know. */
  private record Prepared(FetchedChart chart, Values values, Map<String, String> annotations) {}

  private Outcome<Prepared> prepare(
      Caller caller, DeployRequest request, Values old, Instant deadline, Progress progress) {
    return fetch(request, deadline, progress)
        .flatMap(
            chart ->
                request
                    .values()
                    .map(
                        given ->
                            ValuesResolution.of(
                                valuesSource, caller, request.ref().namespace(), given))
                    .orElseGet(() -> Outcome.success(old))
                    .flatMap(
                        values ->
                            schema
                                .check(chart, values.all())
                                .saying(values::hide)
                                .map(
                                    _ ->
                                        new Prepared(
                                            chart,
                                            values,
                                            annotations(request, chart, values, progress)))));
  }

  private Outcome<ReleaseRef> run(
      Caller caller, EngineCommand command, Instant deadline, Progress progress) {
    return engine.run(caller, command, until(deadline), progress).saying(command.values()::hide);
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
      DeployRequest request, FetchedChart chart, Values values, Progress progress) {
    Map<String, String> annotations =
        new LinkedHashMap<>(ChartAnnotations.of(request, chart, values));
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
