package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The use cases on releases, carried out by Helm and read from the records that Helm keeps. */
public final class HelmReleases implements Releases {
  private static final Comparator<RevisionState> BY_NAME =
      Comparator.comparing((RevisionState state) -> state.ref().name())
          .thenComparing(state -> state.ref().namespace());

  private final Cluster cluster;
  private final ReleaseStore store;
  private final HelmEngine engine;
  private final ChartSource charts;
  private final Settlement settlement;
  private final Rollback rollback;
  private final Uninstall uninstall;
  private final Clock clock;
  private final Duration timeout;

  /**
   * @param timeout for rollback and uninstall, whose requests name none
   */
  public HelmReleases(ReleasePorts ports, Clock clock, Duration timeout) {
    this.cluster = ports.cluster();
    this.store = ports.store();
    this.engine = ports.engine();
    this.charts = ports.charts();
    this.settlement = new Settlement(ports.store(), ports.readiness());
    this.rollback = new Rollback(ports.store(), ports.engine(), settlement, clock);
    this.uninstall = new Uninstall(ports, clock);
    this.clock = clock;
    this.timeout = timeout;
  }

  @Override
  public Outcome<ReleaseRevision> get(Caller caller, ReleaseRef ref) {
    return history(caller, ref, 1).map(List::getFirst);
  }

  @Override
  public Outcome<List<ReleaseRevision>> history(Caller caller, ReleaseRef ref, int limit) {
    return RequestRules.check(new ReleaseQuery(Optional.of(ref.namespace()), "", limit, 0))
        .flatMap(_ -> RequestRules.check(ref))
        .flatMap(_ -> store.revisions(caller, ref))
        .flatMap(revisions -> store.read(caller, firstOf(revisions, limit)))
        .flatMap(revisions -> revisions.isEmpty() ? unknown(ref) : Outcome.success(revisions));
  }

  @Override
  public Outcome<List<ReleaseRevision>> search(Caller caller, ReleaseQuery query) {
    return RequestRules.check(query)
        .flatMap(_ -> store.list(caller, query.namespace(), ""))
        .map(HelmReleases::newestOfEach)
        .flatMap(newest -> selected(caller, query, newest))
        .map(newest -> newest.stream().sorted(BY_NAME).skip(query.offset()).toList())
        .flatMap(newest -> store.read(caller, firstOf(newest, query.limit())));
  }

  @Override
  public Outcome<ReleaseRevision> install(Caller caller, DeployRequest request) {
    Instant deadline = clock.instant().plus(request.timeout());
    return begin(caller, request)
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? installNew(caller, request, deadline)
                    : repeated(caller, request, revisions.getFirst(), deadline)
                        .flatMap(
                            same -> same.map(Outcome::success).orElseGet(() -> taken(request))));
  }

  @Override
  public Outcome<ReleaseRevision> upgrade(Caller caller, DeployRequest request) {
    Instant deadline = clock.instant().plus(request.timeout());
    return begin(caller, request)
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? unknown(request.ref())
                    : repeated(caller, request, revisions.getFirst(), deadline)
                        .flatMap(
                            same ->
                                same.map(Outcome::success)
                                    .orElseGet(
                                        () -> upgradeNow(caller, request, revisions, deadline))));
  }

  @Override
  public Outcome<ReleaseRevision> rollback(Caller caller, ReleaseRef ref) {
    Instant deadline = clock.instant().plus(timeout);
    return RequestRules.check(ref)
        .flatMap(_ -> cluster.reach(caller))
        .flatMap(_ -> store.revisions(caller, ref))
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? unknown(ref)
                    : rollback.run(caller, ref, revisions, deadline));
  }

  @Override
  public Outcome<ReleaseRef> uninstall(Caller caller, ReleaseRef ref) {
    Instant deadline = clock.instant().plus(timeout);
    return RequestRules.check(ref)
        .flatMap(_ -> cluster.reach(caller))
        .flatMap(_ -> store.revisions(caller, ref))
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? unknown(ref)
                    : uninstall.run(caller, ref, revisions.getFirst(), deadline));
  }

  private Outcome<List<RevisionState>> begin(Caller caller, DeployRequest request) {
    return RequestRules.check(request)
        .flatMap(_ -> cluster.reach(caller))
        .flatMap(_ -> store.revisions(caller, request.ref()));
  }

  /** The newest revision, when it was made by an earlier call with the same request id. */
  private Outcome<Optional<ReleaseRevision>> repeated(
      Caller caller, DeployRequest request, RevisionState newest, Instant deadline) {
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
                  ? settlement.await(caller, stored, deadline).map(Optional::of)
                  : Outcome.success(Optional.of(revision));
            });
  }

  private Outcome<ReleaseRevision> installNew(
      Caller caller, DeployRequest request, Instant deadline) {
    ReleaseRef ref = request.ref();
    return cluster
        .namespaceAbsent(caller, ref.namespace())
        .flatMap(
            absent ->
                fetch(request, deadline)
                    .map(
                        chart ->
                            new EngineCommand.Install(
                                ref,
                                chart,
                                ChartAnnotations.of(request, chart),
                                request.values(),
                                absent)))
        .flatMap(command -> engine.run(caller, command, until(deadline)))
        .flatMap(_ -> settled(caller, request, 1, OptionalInt.empty(), deadline));
  }

  private Outcome<ReleaseRevision> upgradeNow(
      Caller caller, DeployRequest request, List<RevisionState> revisions, Instant deadline) {
    ReleaseRef ref = request.ref();
    RevisionState newest = revisions.getFirst();
    if (newest.pending()) {
      return Settlement.underWay(newest);
    }
    return fetch(request, deadline)
        .map(
            chart ->
                new EngineCommand.Upgrade(
                    ref, chart, ChartAnnotations.of(request, chart), request.values()))
        .flatMap(command -> engine.run(caller, command, until(deadline)))
        .flatMap(
            _ ->
                settled(
                    caller,
                    request,
                    newest.revision() + 1,
                    Settlement.deployed(revisions),
                    deadline));
  }

  private Outcome<ReleaseRevision> settled(
      Caller caller,
      DeployRequest request,
      int revision,
      OptionalInt deployedBefore,
      Instant deadline) {
    return store
        .stored(caller, request.ref(), revision)
        .flatMap(
            stored ->
                request.awaitReady()
                    ? settlement.settle(caller, stored, deployedBefore, deadline)
                    : Outcome.success(stored.revision()));
  }

  private Outcome<FetchedChart> fetch(DeployRequest request, Instant deadline) {
    return charts.fetch(request.chart(), request.version(), until(deadline));
  }

  private Duration until(Instant deadline) {
    return Duration.between(clock.instant(), deadline);
  }

  /** Of the newest revisions, those that the API server itself finds to match the selector. */
  private Outcome<List<RevisionState>> selected(
      Caller caller, ReleaseQuery query, List<RevisionState> newest) {
    if (query.selector().isBlank()) {
      return Outcome.success(newest);
    }
    return store
        .list(caller, query.namespace(), query.selector())
        .map(
            matching -> {
              Set<RevisionState> wanted = new HashSet<>(matching);
              return newest.stream().filter(wanted::contains).toList();
            });
  }

  private static List<RevisionState> newestOfEach(List<RevisionState> revisions) {
    Map<ReleaseRef, RevisionState> newest = new HashMap<>();
    for (RevisionState revision : revisions) {
      newest.merge(revision.ref(), revision, (a, b) -> a.revision() > b.revision() ? a : b);
    }
    return List.copyOf(newest.values());
  }

  /** The first ones; limit 0 takes all. */
  private static List<RevisionState> firstOf(List<RevisionState> states, int limit) {
    return limit == 0 || limit >= states.size() ? states : states.subList(0, limit);
  }

  private static <T> Outcome<T> unknown(ReleaseRef ref) {
    return Outcome.failure(Reason.NOT_FOUND, "release " + ref + ": not found");
  }

  private static Outcome<ReleaseRevision> taken(DeployRequest request) {
    return Outcome.failure(
        Reason.ALREADY_EXISTS,
        "release " + request.ref() + ": exists already (expected: a free name, or an update)");
  }
}
