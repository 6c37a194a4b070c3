package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.deployer.release.RevisionState;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Component;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import io.helmgate.sandbox.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared cache of a real API server that goes away. */
final class ReleaseCacheOutageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String CHART =
      Path.of("src/test/charts/checked").toAbsolutePath().toString();

  private final Path directory;
  private final Sandbox sandbox;

  ReleaseCacheOutageIT(@TempDir Path directory) {
    this.directory = directory;
    this.sandbox =
        Sandbox.start(
            SandboxOptions.in(Checkout.find())
                .run(directory.resolve("sandbox"))
                .only(Component.CLUSTER));
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void whatWasDeletedWhileItsWatchWasDownIsGoneAndTheRestIsFollowed() throws IOException {
    var helm = sandbox.cluster().helm();
    var kubectl = sandbox.cluster().kubectl();
    kubectl.run("create", "clusterrole", "cache", "--verb=list,watch", "--resource=secrets");
    admit();
    helm.run("install", "gone", CHART, "-n", "team-a");
    helm.run("install", "stays", CHART, "-n", "team-a");
    var connection =
        Kubeconfig.read(sandbox.cluster().serviceKubeconfig(), Optional.empty(), directory);
    try (var cache = ReleaseCache.start(connection)) {
      await().atMost(PATIENCE).until(() -> releases(cache).equals(List.of("gone", "stays")));

      // The watch ends with the server, and no other begins without the right to.
      kubectl.run("delete", "clusterrolebinding", "cache");
      var server = ((ControlPlane) sandbox.cluster()).apiServer();
      server.stop();
      server.start();
      helm.run("uninstall", "gone", "-n", "team-a");
      assertThat(releases(cache)).as("it has not heard of it").contains("gone");
      admit();

      await().atMost(PATIENCE).until(() -> releases(cache).equals(List.of("stays")));
      helm.run("install", "later", CHART, "-n", "team-a");
      await().atMost(PATIENCE).until(() -> releases(cache).equals(List.of("later", "stays")));
      helm.run("uninstall", "stays", "-n", "team-a");
      await().atMost(PATIENCE).until(() -> releases(cache).equals(List.of("later")));
    }
  }

  private void admit() {
    sandbox
        .cluster()
        .kubectl()
        .run("create", "clusterrolebinding", "cache", "--clusterrole=cache", "--user=helmgate");
  }

  private static List<String> releases(ReleaseCache cache) {
    return cache.states(Optional.of("team-a")).stream()
        .map(RevisionState::ref)
        .map(ref -> ref.name())
        .sorted()
        .toList();
  }
}
