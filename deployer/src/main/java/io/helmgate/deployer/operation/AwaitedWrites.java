package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;

/**
 * Writes to releases that return when they are done. Every one acts on the cluster as the caller.
 */
public interface AwaitedWrites {

  Awaited<ReleaseRevision> install(Caller caller, DeployRequest request);

  Awaited<ReleaseRevision> upgrade(Caller caller, DeployRequest request);

  /** Back to the newest earlier revision that was once good. */
  Awaited<ReleaseRevision> rollback(Caller caller, ReleaseRef ref);

  /** Removes the release, its objects and its history. */
  Awaited<ReleaseRef> uninstall(Caller caller, ReleaseRef ref);
}
