package io.helmgate.deployer.release;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Something to do to a release. */
public sealed interface Write {

  /** The longest time for those that name none, or need none. */
  Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  ReleaseRef ref();

  /** The longest time that it may take. */
  Duration timeout();

  /** Names the request; empty: nobody will repeat it. */
  Optional<String> requestId();

  /** A chart under a free name. */
  record Install(DeployRequest request) implements Write {
    @Override
    public ReleaseRef ref() {
      return request.ref();
    }

    @Override
    public Duration timeout() {
      return request.timeout();
    }

    @Override
    public Optional<String> requestId() {
      return request.requestId();
    }
  }

  /**
   * Another chart or other values for an existing release.
   *
   * @param remedy what follows when it fails
   */
  record Upgrade(DeployRequest request, Remedy remedy) implements Write {

    /** An upgrade that is left as it is when it fails. */
    public Upgrade(DeployRequest request) {
      this(request, Remedy.NONE);
    }

    @Override
    public ReleaseRef ref() {
      return request.ref();
    }

    @Override
    public Duration timeout() {
      return request.timeout();
    }

    @Override
    public Optional<String> requestId() {
      return request.requestId();
    }
  }

  /**
   * Back to an earlier revision.
   *
   * @param revision to return to; 0: the newest earlier one that was good
   * @param awaitReady whether it ends only when the release's objects are ready
   */
  record Rollback(
      ReleaseRef ref,
      int revision,
      boolean awaitReady,
      Duration timeout,
      Optional<String> requestId,
      Optional<PlanChoice> plan)
      implements Write {

    /** Without a plan. */
    public Rollback(
        ReleaseRef ref,
        int revision,
        boolean awaitReady,
        Duration timeout,
        Optional<String> requestId) {
      this(ref, revision, awaitReady, timeout, requestId, Optional.empty());
    }
  }

  /**
   * Removes the release and its objects.
   *
   * @param keepHistory leaves its records, so that it can be rolled back
   * @param skipHooks leaves out its delete hooks
   */
  record Uninstall(
      ReleaseRef ref,
      boolean keepHistory,
      boolean skipHooks,
      Propagation propagation,
      Duration timeout,
      Optional<String> requestId)
      implements Write {}

  /**
   * Runs its tests.
   *
   * @param names of those to run; empty: all
   */
  record Test(ReleaseRef ref, Set<String> names, Duration timeout, Optional<String> requestId)
      implements Write {
    public Test {
      names = Set.copyOf(names);
    }
  }

  /**
   * Marks a pending revision as failed.
   *
   * @param revision the newest one, as the caller has seen it
   */
  record Unlock(ReleaseRef ref, int revision, Optional<String> requestId) implements Write {
    @Override
    public Duration timeout() {
      return Duration.ofMinutes(1);
    }
  }
}
