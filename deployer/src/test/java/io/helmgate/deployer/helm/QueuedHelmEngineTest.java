package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.deployer.kubernetes.ClusterConnection;
import io.helmgate.deployer.kubernetes.ClusterConnection.Credential;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.EngineCommand;
import io.helmgate.deployer.release.HelmEngine;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.values.Masks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine on the native library, with a cluster that takes connections and says nothing. */
final class QueuedHelmEngineTest {
  private static final Caller CALLER = new Caller("ann", List.of("team"), "d-1");
  private static final EngineCommand UNINSTALL =
      new EngineCommand.Uninstall(new ReleaseRef("team-a", "web"));

  @TempDir Path directory;

  @Test
  void keepsItsFilesPrivateAndRefusesWorkBeyondItsBounds() throws Exception {
    AtomicInteger registered = new AtomicInteger();
    Path work = directory.resolve("work");
    Files.createDirectories(work.resolve("call-of-a-killed-process"));
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        QueuedHelmEngine engine =
            new QueuedHelmEngine(
                InProcessHelm.start(
                    directory.resolve("first"), Map.of(), registered::incrementAndGet),
                work,
                new EngineLimits(1, 1, Duration.ZERO),
                Masks.of(List.of()))) {
      assertThat(registered).hasPositiveValue();
      assertThat(work).isEmptyDirectory();

      HelmEngine helm = engine.on(cluster(silent));
      List<Future<Outcome<ReleaseRef>>> calls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        calls.add(callers.submit(() -> helm.run(CALLER, UNINSTALL, Duration.ofSeconds(1))));
      }
      silent.accept();
      assertThat(modes(work)).isNotEmpty().allMatch(mode -> mode.matches("(rw|rwx)-+"));

      List<Reason> reasons = new ArrayList<>();
      for (Future<Outcome<ReleaseRef>> call : calls) {
        assertThat(call.get()).isInstanceOf(Outcome.Failure.class);
        reasons.add(((Outcome.Failure<ReleaseRef>) call.get()).reason());
      }
      assertThat(reasons)
          .containsExactlyInAnyOrder(
              Reason.RESOURCE_EXHAUSTED, Reason.DEADLINE_EXCEEDED, Reason.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void startsOnlyWhereHelmIsNotMisled() {
    assertThatThrownBy(() -> InProcessHelm.start(directory, Map.of("HELM_DRIVER", "sql"), () -> {}))
        .hasMessageContaining("HELM_DRIVER");
    assertThatThrownBy(() -> InProcessHelm.start(directory.resolve("a,b"), Map.of(), () -> {}))
        .hasMessageContaining("without a comma");
  }

  private ClusterConnection cluster(ServerSocket server) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "secret");
    return new ClusterConnection(
        URI.create("https://127.0.0.1:" + server.getLocalPort()),
        "",
        new Credential.TokenFile(token));
  }

  private static List<String> modes(Path work) throws IOException {
    try (var files = Files.walk(work)) {
      List<String> modes = new ArrayList<>();
      for (Path file : files.skip(1).toList()) {
        modes.add(
            java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(file)));
      }
      return modes;
    }
  }
}
