package io.helmgate.sandbox.cluster;

import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.process.Part;
import java.nio.file.Path;

/** A Kubernetes API that Helmgate deploys to. */
public sealed interface Cluster extends Part permits ControlPlane, ExistingCluster {
  /** Returns the kubeconfig of someone who may do everything. */
  Path adminKubeconfig();

  /** Returns the kubeconfig of Helmgate's own identity, which may impersonate its callers. */
  Path serviceKubeconfig();

  /** Returns kubectl as the administrator. */
  Cli kubectl();

  /** Returns helm as the administrator. */
  Cli helm();
}
