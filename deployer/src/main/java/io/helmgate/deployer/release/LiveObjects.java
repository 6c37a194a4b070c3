package io.helmgate.deployer.release;

import java.util.List;

/** What there is of a release on the cluster, read as the caller. */
public interface LiveObjects {

  /**
   * The objects of a manifest as they are now. One that the caller may not read, or that is not
   * there, is not ready and says so.
   */
  Outcome<List<ObjectStatus>> states(Caller caller, ReleaseRef ref, String manifest);

  /** What the containers of hooks have written, as far as their pods are still there. */
  Outcome<List<HookLog>> logs(Caller caller, ReleaseRef ref, List<HelmHook> hooks);
}
