package io.helmgate.deployer.helm;

import io.helmgate.deployer.release.EngineCommand;
import io.helmgate.deployer.release.EngineCommand.Install;
import io.helmgate.deployer.release.EngineCommand.Replay;
import io.helmgate.deployer.release.EngineCommand.Uninstall;
import io.helmgate.deployer.release.EngineCommand.Upgrade;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Rendering;
import io.helmgate.deployer.values.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Commands as calls of the library, with the files that they need. */
final class HelmCommands {

  private static final String CHART = "chart.tgz";

  private HelmCommands() {}

  /**
   * Writes the files of a command.
   *
   * @param files of this call
   * @param seconds Helm's own timeout
   */
  static HelmCall of(EngineCommand command, CallFiles files, Path kubeconfig, int seconds)
      throws IOException {
    var target =
        new HelmCall.Target(command.ref().name(), command.ref().namespace(), kubeconfig, seconds);
    return switch (command) {
      case Install install -> {
        Path chart = files.create(CHART);
        copy(install.chart(), install.planned(), install.annotations(), chart);
        yield new HelmCall.Install(
            target, chart, values(files, install.values()), install.createNamespace());
      }
      case Upgrade upgrade -> {
        Path chart = files.create(CHART);
        copy(upgrade.chart(), upgrade.planned(), upgrade.annotations(), chart);
        yield new HelmCall.Upgrade(target, chart, values(files, upgrade.values()), "", false);
      }
      case Replay replay -> {
        Path chart = files.create(CHART);
        ChartCopies.replay(replay.target(), replay.annotations(), chart);
        yield new HelmCall.Upgrade(
            target,
            chart,
            values(files, replay.values()),
            "Rollback to " + replay.target().revision().revision(),
            true);
      }
      case Uninstall uninstall ->
          new HelmCall.Uninstall(target, uninstall.keepHistory(), uninstall.propagation());
    };
  }

  /** A call that loads the library, and touches no cluster. */
  static HelmCall first(CallFiles files) throws IOException {
    Path chart = files.create(CHART);
    ChartCopies.empty(chart);
    return new HelmCall.First(chart);
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

  private static Path values(CallFiles files, Values values) throws IOException {
    return Files.write(files.create("values.json"), ChartCopies.json(values.all()));
  }
}
