package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.helm.InstallsChild.Held;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Helm leaves behind in a process that makes one installation after the other: 1,000 in a
 * soak.
 */
final class InstallsIT {
  private static final Logger log = LoggerFactory.getLogger(InstallsIT.class);
  private static final int INSTALLS = Boolean.getBoolean("helmgate.soak") ? 1000 : 10;

  /** For the whole run, once a fifth of it is over. */
  private static final long MAY_GROW = 192L << 20;

  /** That wait for calls. */
  static int processes(Engine engine) {
    return switch (engine) {
      case IN_PROCESS -> 0;
      case CHILD_PROCESS -> 2;
    };
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void memoryThreadsAndDescriptorsAreBounded(Engine engine, @TempDir Path directory)
      throws Exception {
    var sandbox = SharedSandbox.get();
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                InstallsChild.class.getName(),
                sandbox.cluster().serviceKubeconfig().toString(),
                sandbox.charts().url().toString(),
                directory.toString(),
                engine.name(),
                ReleaseFixture.fresh("many"),
                Integer.toString(INSTALLS))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Held> held;
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      held = lines.lines().filter(line -> line.startsWith("held ")).map(Held::of).toList();
    } finally {
      process.destroyForcibly();
    }
    held.forEach(each -> log.info("{}: {}", engine, each));

    assertThat(held).hasSize(10);
    var early = held.get(1);
    var last = held.getLast();
    assertThat(last.installs()).isEqualTo(INSTALLS);
    assertThat(last.memory()).as("resident bytes").isLessThan(early.memory() + MAY_GROW);
    assertThat(last.threads()).as("threads").isLessThan(early.threads() + 10);
    assertThat(last.descriptors()).as("descriptors").isLessThan(early.descriptors() + 10);
    assertThat(last.processes()).as("processes").isEqualTo(processes(engine));
    assertThat(directory.resolve("first/home/.kube/cache/discovery").toFile().isDirectory())
        .as("what Helm keeps of the cluster lies in the work directory")
        .isEqualTo(engine == Engine.IN_PROCESS);
  }
}
