package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

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

  Outcome<ReleaseRef> run(Caller caller, ReleaseRef ref, RevisionState newest, Instant deadline) {
    return store
        .stored(caller, ref, newest.revision())
        .flatMap(
            stored ->
                cluster
                    .mayDelete(caller, ref, stored.manifest())
                    .flatMap(_ -> hooks.run(caller, ref, stored.hooks(), "pre-delete", deadline))
                    .flatMap(_ -> delete(caller, ref, deadline))
                    .flatMap(_ -> hooks.run(caller, ref, stored.hooks(), "post-delete", deadline)));
  }

  private Outcome<ReleaseRef> delete(Caller caller, ReleaseRef ref, Instant deadline) {
    Duration left = Duration.between(clock.instant(), deadline);
    return engine.run(caller, new EngineCommand.Uninstall(ref), left);
  }
}
