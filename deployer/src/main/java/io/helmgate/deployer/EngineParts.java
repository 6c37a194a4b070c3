package io.helmgate.deployer;

import io.helmgate.deployer.config.DeployerConfig;
import io.helmgate.deployer.config.DeployerConfig.HelmConfig;
import io.helmgate.deployer.helm.EngineLimits;
import io.helmgate.deployer.helm.HelmProcesses;
import io.helmgate.deployer.helm.HelmRuntime;
import io.helmgate.deployer.helm.InProcessHelm;
import io.helmgate.deployer.helm.QueuedHelmEngine;
import io.helmgate.deployer.values.Masks;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.lifecycle.ServiceContext;
import java.io.IOException;
import java.nio.file.Path;

/** The Helm engine, where the configuration wants it. */
final class EngineParts {

  private EngineParts() {}

  static QueuedHelmEngine start(Loaded<DeployerConfig> config, ServiceContext context, Path work)
      throws IOException {
    var helm = config.section().helm();
    return new QueuedHelmEngine(
        runtime(helm, context, work),
        work.resolve("calls"),
        new EngineLimits(helm.threads(), helm.queue(), config.common().shutdownTimeout()),
        Masks.of(config.section().values().masks()));
  }

  private static HelmRuntime runtime(HelmConfig config, ServiceContext context, Path work)
      throws IOException {
    return switch (config.engine()) {
      case IN_PROCESS ->
          InProcessHelm.start(
              work.resolve("in-process"), context.environment(), context.signals()::install);
      case CHILD_PROCESS -> {
        var processes = config.processes();
        yield HelmProcesses.start(
            work.resolve("processes"),
            new HelmProcesses.Limits(
                processes.warm(), processes.maxCalls(), processes.maxMemory().bytes()));
      }
    };
  }
}
