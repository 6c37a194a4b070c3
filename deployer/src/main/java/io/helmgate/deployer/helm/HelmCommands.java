package io.helmgate.deployer.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UninstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import io.helmgate.deployer.release.EngineCommand;
import io.helmgate.deployer.release.EngineCommand.Install;
import io.helmgate.deployer.release.EngineCommand.Replay;
import io.helmgate.deployer.release.EngineCommand.Uninstall;
import io.helmgate.deployer.release.EngineCommand.Upgrade;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Propagation;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Rendering;
import io.helmgate.deployer.values.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Commands as calls of the library, with the files that they need. */
final class HelmCommands {

  private HelmCommands() {}

  /**
   * Runs one, and blocks until Helm is done with it.
   *
   * @param files of this call
   * @param seconds Helm's own timeout
   * @throws IllegalStateException with Helm's words when it fails
   */
  static void run(EngineCommand command, CallFiles files, Path kubeconfig, int seconds)
      throws IOException {
    switch (command) {
      case Install install -> {
        Path chart = files.create("chart.tgz");
        copy(install.chart(), install.planned(), install.annotations(), chart);
        var call =
            new Helm(chart)
                .install()
                .withName(install.ref().name())
                .withNamespace(install.ref().namespace())
                .withKubeConfig(kubeconfig)
                .withTimeout(seconds)
                .withValuesFile(values(files, install.values()));
        (install.createNamespace() ? call.createNamespace() : call).call();
      }
      case Upgrade upgrade -> {
        Path chart = files.create("chart.tgz");
        copy(upgrade.chart(), upgrade.planned(), upgrade.annotations(), chart);
        upgradeOf(upgrade.ref(), chart, kubeconfig, seconds)
            .resetValues()
            .withValuesFile(values(files, upgrade.values()))
            .call();
      }
      case Replay replay -> {
        Path chart = files.create("chart.tgz");
        ChartCopies.replay(replay.target(), replay.annotations(), chart);
        var target = replay.target().revision();
        upgradeOf(replay.ref(), chart, kubeconfig, seconds)
            .resetValues()
            .withValuesFile(values(files, replay.values()))
            .withDescription("Rollback to " + target.revision())
            .skipCrds()
            .call();
      }
      case Uninstall uninstall -> {
        var call =
            Helm.uninstall(uninstall.ref().name())
                .withNamespace(uninstall.ref().namespace())
                .withKubeConfig(kubeconfig)
                .withCascade(cascade(uninstall.propagation()))
                .noHooks();
        (uninstall.keepHistory() ? call.keepHistory() : call).call();
      }
    }
  }

  private static UninstallCommand.Cascade cascade(Propagation propagation) {
    return switch (propagation) {
      case BACKGROUND -> UninstallCommand.Cascade.BACKGROUND;
      case FOREGROUND -> UninstallCommand.Cascade.FOREGROUND;
      case ORPHAN -> UninstallCommand.Cascade.ORPHAN;
    };
  }

  private static void copy(
      FetchedChart chart,
      Optional<Rendering> planned,
      Map<String, String> annotations,
      Path archive)
      throws IOException {
    if (planned.isPresent()) {
      ChartCopies.planned(chart.archive(), archive, annotations, planned.get());
    } else {
      ChartCopies.annotated(chart.archive(), archive, annotations);
    }
  }

  private static UpgradeCommand upgradeOf(
      ReleaseRef ref, Path chart, Path kubeconfig, int seconds) {
    return new Helm(chart)
        .upgrade()
        .withName(ref.name())
        .withNamespace(ref.namespace())
        .withKubeConfig(kubeconfig)
        .withTimeout(seconds);
  }

  private static Path values(CallFiles files, Values values) throws IOException {
    return Files.write(files.create("values.json"), ChartCopies.json(values.all()));
  }
}
