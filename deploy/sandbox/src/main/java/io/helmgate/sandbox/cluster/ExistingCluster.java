package io.helmgate.sandbox.cluster;

import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.process.Workspace;
import java.nio.file.Path;
import java.util.Map;

/**
 * A cluster that was there before and stays. Nothing is changed in it; who may do what there is its
 * owner's business.
 */
public final class ExistingCluster implements Cluster {
  private final Path kubeconfig;
  private final Workspace workspace;

  public ExistingCluster(Path kubeconfig, Workspace workspace) {
    this.kubeconfig = kubeconfig;
    this.workspace = workspace;
  }

  @Override
  public String name() {
    return "cluster";
  }

  @Override
  public void start() {
    kubectl().run("version", "--output=json");
  }

  @Override
  public void stop() {
    // It is not ours.
  }

  @Override
  public Path adminKubeconfig() {
    return kubeconfig;
  }

  @Override
  public Path serviceKubeconfig() {
    return kubeconfig;
  }

  @Override
  public Cli kubectl() {
    return new Cli(workspace.program("kubectl"), Map.of("KUBECONFIG", kubeconfig.toString()));
  }

  @Override
  public Cli helm() {
    return new Cli(workspace.program("helm"), Map.of("KUBECONFIG", kubeconfig.toString()));
  }
}
