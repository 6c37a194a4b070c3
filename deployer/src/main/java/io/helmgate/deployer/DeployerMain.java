package io.helmgate.deployer;

import io.helmgate.deployer.config.DeployerConfig;
import io.helmgate.kit.lifecycle.ServiceDefinition;
import io.helmgate.kit.lifecycle.ServiceRunner;

/** The command {@code deployer}. */
public final class DeployerMain {

  private DeployerMain() {}

  /** Runs until it is stopped. Exits with the codes of {@link ServiceRunner}. */
  public static void main(String[] args) {
    System.exit(
        ServiceRunner.ofProcess()
            .run(
                args,
                new ServiceDefinition<>(
                    "deployer", "deployer", DeployerConfig.class, DeployerApp::create)));
  }
}
