package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.deployer.kubernetes.ClusterConnection.Credential;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KubeconfigTest {
  @TempDir Path directory;

  @Test
  void readsTheNamedContextWithFilesBesideIt() throws IOException {
    Files.writeString(directory.resolve("ca.crt"), "CA");
    Path file =
        write("{server: 'https://a:1', certificate-authority: ca.crt}", "{tokenFile: token}");

    ClusterConnection connection = Kubeconfig.read(file, Optional.of("main"), directory);

    assertThat(connection)
        .isEqualTo(
            new ClusterConnection(
                URI.create("https://a:1"),
                "CA",
                new Credential.TokenFile(directory.resolve("token"))));
  }

  @Test
  void putsAnInlineTokenInAPrivateFile() throws IOException {
    Path file =
        write("{server: 'https://a:1', certificate-authority-data: Q0E=}", "{token: secret}");

    for (int i = 0; i < 2; i++) {
      ClusterConnection connection = Kubeconfig.read(file, Optional.empty(), directory);
      Path token = ((Credential.TokenFile) connection.credential()).path();
      assertThat(token).hasContent("secret");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void takesAClientCertificateAndShowsItsKeyToNobody() throws IOException {
    Path file =
        write(
            "{server: 'https://a:1', certificate-authority-data: Q0E=}",
            "{client-certificate-data: Q0VSVA==, client-key-data: S0VZ}");

    ClusterConnection connection = Kubeconfig.read(file, Optional.empty(), directory);

    assertThat(connection.credential()).isEqualTo(new Credential.ClientCertificate("CERT", "KEY"));
    assertThat(connection.toString()).doesNotContain("KEY");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{server: 'https://a', certificate-authority-data: Q0E=}|{exec: {command: x}}"
            + "|the key exec is not supported",
        "{server: 'https://a', certificate-authority-data: Q0E=}|{token: t, as: root}"
            + "|the key as is not supported",
        "{server: 'https://a', insecure-skip-tls-verify: true}|{token: t}"
            + "|the key insecure-skip-tls-verify is not supported",
        "{server: 'https://a'}|{token: t}|certificate-authority is missing",
        "{server: 'http://a', certificate-authority-data: Q0E=}|{token: t}|an https URL",
        "{server: 'https://a', certificate-authority-data: Q0E=}|{}|the user has no tokenFile",
      })
  void refusesWhatItCannotHandOnToHelm(String cluster, String user, String message)
      throws IOException {
    Path file = write(cluster, user);

    assertThatThrownBy(() -> Kubeconfig.read(file, Optional.empty(), directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesAContextThatIsNotThere() throws IOException {
    Path file = write("{}", "{}");

    assertThatThrownBy(() -> Kubeconfig.read(file, Optional.of("other"), directory))
        .hasMessage("kubeconfig " + file + ": there is no context \"other\"");
  }

  @Test
  void isInAClusterOnlyInAPod() {
    assertThatThrownBy(() -> ClusterConnection.inCluster(Map.of()))
        .hasMessageContaining("KUBERNETES_SERVICE_HOST");
  }

  private Path write(String cluster, String user) throws IOException {
    return Files.writeString(
        directory.resolve("kubeconfig"),
        """
        current-context: main
        contexts: [{name: main, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: %s}]
        users: [{name: u, user: %s}]
        """
            .formatted(cluster, user));
  }
}
