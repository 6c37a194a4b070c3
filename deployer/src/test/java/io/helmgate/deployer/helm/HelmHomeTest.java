package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rights of whoever runs the service are in its home and its environment. */
final class HelmHomeTest {
  private static final String OF_SERVICE = "http://127.0.0.1:9";

  @TempDir private Path home;

  @Test
  void whatIsLookedUpIsNotAskedAsWhoeverRunsTheService() throws IOException {
    Path kubeconfig = Files.createDirectory(home.resolve(".kube")).resolve("config");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: a, cluster: {server: "%s"}}]
        users: [{name: a, user: {}}]
        contexts: [{name: a, context: {cluster: a, user: a}}]
        current-context: a
        """
            .formatted(OF_SERVICE));

    assertThat(said("HOME", home.toString())).contains("failed: ").doesNotContain(OF_SERVICE);
    assertThat(said("KUBECONFIG", kubeconfig.toString())).doesNotContain(OF_SERVICE);
    assertThat(said("KUBERNETES_MASTER", OF_SERVICE)).doesNotContain(OF_SERVICE);
  }

  private String said(String variable, String value) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HomeChild.class.getName(),
                home.resolve("chart.tgz").toString())
            .redirectErrorStream(true);
    builder.environment().remove("KUBECONFIG");
    builder.environment().put(variable, value);
    try (var out = builder.start().getInputStream()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
