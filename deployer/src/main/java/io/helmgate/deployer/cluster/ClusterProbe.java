package io.helmgate.deployer.cluster;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;

/** What tells how a cluster is. */
public interface ClusterProbe {
  /** Asks as the caller: PERMISSION_DENIED when the caller may not be acted for. */
  Outcome<ServerVersion> version(Caller caller);

  /** Asks as the service. */
  Outcome<ServerVersion> version();

  /** Whether the service can keep its state there. */
  Outcome<ServerVersion> state(ServerVersion version);
}
