package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Masks;
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
  private final ReleaseStore store;
  private final HelmEngine engine;
  private final HookRunner hooks;
  private final Drafting drafting;
  private final Masks masks;
  private final Clock clock;

  Uninstall(ReleasePorts ports, Drafting drafting, Clock clock) {
    this.store = ports.store();
    this.engine = ports.engine();
    this.hooks = ports.hooks();
    this.drafting = drafting;
    this.masks = ports.masks();
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
            stored -> {
              // Of what is uninstalled already only records are left.
              Optional<StoredRevision> there =
                  Optional.of(stored).filter(_ -> !newest.uninstalled());
              List<HelmHook> due =
                  request.skipHooks() || there.isEmpty() ? List.of() : stored.hooks();
              if (none(due, "pre-delete")) {
                progress.prepare(left(deadline).plus(HelmEngine.GRACE));
              }
              return drafting
                  .removal(caller, ref, there, due)
                  .flatMap(_ -> run(caller, ref, due, "pre-delete", deadline, progress, runs))
                  .flatMap(_ -> delete(caller, request, deadline, progress))
                  .flatMap(_ -> run(caller, ref, due, "post-delete", deadline, progress, runs))
                  .saying(masks.hiding(stored.revision().given()));
            })
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

  private Outcome<ReleaseRef> run(
      Caller caller,
      ReleaseRef ref,
      List<HelmHook> due,
      String event,
      Instant deadline,
      Progress progress,
      List<HookRun> runs) {
    return none(due, event)
        ? Outcome.success(ref)
        : progress
            .enter(Phase.HOOKS)
            .flatMap(_ -> hooks.run(caller, ref, due, event, deadline, progress, runs::add));
  }

  private static boolean none(List<HelmHook> due, String event) {
    return due.stream().noneMatch(hook -> hook.events().contains(event));
  }

  private Outcome<ReleaseRef> delete(
      Caller caller, Write.Uninstall request, Instant deadline, Progress progress) {
    return engine.run(
        caller,
        new EngineCommand.Uninstall(request.ref(), request.keepHistory(), request.propagation()),
        left(deadline),
        progress);
  }

  private Duration left(Instant deadline) {
    return Duration.between(clock.instant(), deadline);
  }
}
