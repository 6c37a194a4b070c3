package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Uninstalls a release. Its delete hooks are run here and not by the engine, which would wait for
 * them without any limit.
 */
final class Uninstall {
  private final Cluster cluster;
  private final ReleaseStore store;
  private final HelmEngine engine;
  private final HookRunner hooks;
  private final Clock clock;

  Uninstall(ReleasePorts ports, Clock clock) {
    this.cluster = ports.cluster();
    this.store = ports.store();
    this.engine = ports.engine();
    this.hooks = ports.hooks();
    this.clock = clock;
  }

  /** The release as it is then, when its history is kept. */
  Outcome<Optional<ReleaseRevision>> run(
      Caller caller,
      Write.Uninstall request,
      RevisionState newest,
      Instant deadline,
      Progress progress) {
    ReleaseRef ref = request.ref();
    progress.revision(newest.revision());
    List<HookRun> runs = new ArrayList<>();
    return store
        .stored(caller, ref, newest.revision())
        .flatMap(
            stored ->
                cluster
                    .mayDelete(caller, ref, stored.manifest())
                    .flatMap(
                        _ -> hooks(caller, request, stored, "pre-delete", deadline, progress, runs))
                    .flatMap(_ -> delete(caller, request, deadline, progress))
                    .flatMap(
                        _ ->
                            hooks(
                                caller, request, stored, "post-delete", deadline, progress, runs)))
        .flatMap(
            _ ->
                request.keepHistory()
                    ? store
                        .ran(caller, ref, newest.revision(), runs)
                        .flatMap(_ -> store.stored(caller, ref, newest.revision()))
                        .map(StoredRevision::revision)
                        .map(Optional::of)
                    : Outcome.success(Optional.empty()));
  }

  private Outcome<ReleaseRef> hooks(
      Caller caller,
      Write.Uninstall request,
      StoredRevision stored,
      String event,
      Instant deadline,
      Progress progress,
      List<HookRun> runs) {
    boolean none = stored.hooks().stream().noneMatch(hook -> hook.events().contains(event));
    return request.skipHooks() || none
        ? Outcome.success(request.ref())
        : progress
            .enter(Phase.HOOKS)
            .flatMap(
                _ ->
                    hooks.run(
                        caller,
                        request.ref(),
                        stored.hooks(),
                        event,
                        deadline,
                        progress,
                        runs::add));
  }

  private Outcome<ReleaseRef> delete(
      Caller caller, Write.Uninstall request, Instant deadline, Progress progress) {
    Duration left = Duration.between(clock.instant(), deadline);
    return engine.run(
        caller,
        new EngineCommand.Uninstall(request.ref(), request.keepHistory(), request.propagation()),
        left,
        progress);
  }
}
