package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The use cases on releases, carried out by Helm and read from the records that Helm keeps. */
public final class HelmReleases implements Releases, Writes {
  private static final Comparator<RevisionState> BY_NAME =
      Comparator.comparing((RevisionState state) -> state.ref().name())
          .thenComparing(state -> state.ref().namespace());

  private final ReleaseStore store;
  private final Deploy deploy;
  private final Rollback rollback;
  private final Uninstall uninstall;
  private final Unlock unlock;
  private final AutoRollback autoRollback;
  private final Tests tests;
  private final History history;
  private final Clock clock;
  private final Duration timeout;

  /**
   * @param timeout for rollback and uninstall, whose requests name none
   * @param historyLimit revisions of a release that are kept; 0: all
   */
  public HelmReleases(ReleasePorts ports, Clock clock, Duration timeout, int historyLimit) {
    this.store = ports.store();
    Settlement settlement = new Settlement(ports);
    Drafting drafting = new Drafting(ports, clock);
    this.deploy = new Deploy(ports, drafting, settlement, clock);
    this.rollback = new Rollback(ports.store(), ports.engine(), drafting, settlement, clock);
    this.uninstall = new Uninstall(ports, drafting, clock);
    this.unlock = new Unlock(ports.store());
    this.autoRollback = new AutoRollback(ports.store(), deploy, rollback, clock);
    this.tests = new Tests(ports);
    this.history = new History(ports.store(), historyLimit);
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
        .flatMap(
            revisions ->
                revisions.isEmpty() ? ReleaseStore.unknown(ref) : Outcome.success(revisions));
  }

  @Override
  public Outcome<List<ReleaseRevision>> search(Caller caller, ReleaseQuery query) {
    return RequestRules.check(query)
        .flatMap(_ -> store.list(caller, query.namespace(), ""))
        .map(revisions -> List.copyOf(StoredReleases.newestOfEach(revisions)))
        .flatMap(newest -> selected(caller, query, newest))
        .map(newest -> newest.stream().sorted(BY_NAME).skip(query.offset()).toList())
        .flatMap(newest -> store.read(caller, firstOf(newest, query.limit())));
  }

  public Outcome<ReleaseRevision> install(Caller caller, DeployRequest request) {
    return carryOut(caller, new Write.Install(request), Progress.UNWATCHED)
        .map(Optional::orElseThrow);
  }

  public Outcome<ReleaseRevision> upgrade(Caller caller, DeployRequest request) {
    return carryOut(caller, new Write.Upgrade(request), Progress.UNWATCHED)
        .map(Optional::orElseThrow);
  }

  public Outcome<ReleaseRevision> rollback(Caller caller, ReleaseRef ref) {
    return carryOut(
            caller, new Write.Rollback(ref, 0, true, timeout, Optional.empty()), Progress.UNWATCHED)
        .map(Optional::orElseThrow);
  }

  public Outcome<ReleaseRef> uninstall(Caller caller, ReleaseRef ref) {
    return carryOut(
            caller,
            new Write.Uninstall(
                ref, false, false, Propagation.BACKGROUND, timeout, Optional.empty()),
            Progress.UNWATCHED)
        .map(_ -> ref);
  }

  @Override
  public Outcome<Optional<ReleaseRevision>> carryOut(
      Caller caller, Write write, Progress progress) {
    Outcome<Optional<ReleaseRevision>> done = run(caller, write, progress);
    boolean adds =
        switch (write) {
          case Write.Install _, Write.Upgrade _, Write.Rollback _ -> true;
          case Write.Uninstall _, Write.Unlock _, Write.Test _ -> false;
        };
    if (adds && !Settlement.disowned(progress)) {
      history.trim(caller, write.ref(), progress);
    }
    return done;
  }

  private Outcome<Optional<ReleaseRevision>> run(Caller caller, Write write, Progress progress) {
    Instant deadline = clock.instant().plus(write.timeout());
    return switch (write) {
      case Write.Install(var request) ->
          deploy.install(caller, request, progress).map(Optional::of);
      case Write.Upgrade(var request, var remedy) ->
          autoRollback.upgrade(caller, request, remedy, progress).map(Optional::of);
      case Write.Rollback request ->
          existing(caller, request.ref(), progress)
              .flatMap(revisions -> rollback.run(caller, request, revisions, deadline, progress))
              .map(Optional::of);
      case Write.Uninstall request ->
          existing(caller, request.ref(), progress)
              .flatMap(
                  revisions ->
                      uninstall.run(caller, request, revisions.getFirst(), deadline, progress));
      case Write.Test request ->
          existing(caller, request.ref(), progress)
              .flatMap(
                  revisions -> tests.run(caller, request, revisions.getFirst(), deadline, progress))
              .map(Optional::of);
      case Write.Unlock request ->
          existing(caller, request.ref(), progress)
              .flatMap(revisions -> unlock.run(caller, request, revisions, progress))
              .map(Optional::of);
    };
  }

  private Outcome<List<RevisionState>> existing(Caller caller, ReleaseRef ref, Progress progress) {
    return RequestRules.check(ref)
        .flatMap(_ -> store.existing(caller, ref))
        .map(
            revisions -> {
              progress.seen(RevisionState.newest(revisions));
              return revisions;
            });
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

  /** The first ones; limit 0 takes all. */
  private static List<RevisionState> firstOf(List<RevisionState> states, int limit) {
    return limit == 0 || limit >= states.size() ? states : states.subList(0, limit);
  }
}
