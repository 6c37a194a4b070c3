package io.helmgate.e2e;

import io.helmgate.sandbox.charts.OciRegistry;
import io.helmgate.sandbox.charts.RegistryTokenService;
import io.helmgate.sandbox.tls.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;

/** A registry that wants tokens for each chart, with one chart in it, and the service's way in. */
record PrivateRegistry(OciRegistry registry, RegistryTokenService tokens, Path archive)
    implements AutoCloseable {

  static final String NAME = "private";
  static final String CHART = "inside";
  static final String VERSION = "1.0.0";
  private static final String REPOSITORIES = "repos:\n";

  static PrivateRegistry start(Path directory) {
    try {
      Files.createDirectories(directory);
      var authority = CertificateAuthority.create("registry", new SecureRandom(), Instant.now());
      var tokens = RegistryTokenService.start(authority, Clock.systemUTC());
      var registry = OciRegistry.withTokens(directory, authority, tokens);
      return new PrivateRegistry(registry, tokens, registry.push(chart(directory), VERSION));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path chart(Path directory) throws IOException {
    var chart = directory.resolve(CHART);
    Files.createDirectories(chart.resolve("templates"));
    Files.writeString(
        chart.resolve("Chart.yaml"), "apiVersion: v2\nname: %s\nversion: 0.0.0\n".formatted(CHART));
    Files.writeString(
        chart.resolve("templates/settings.yaml"),
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ .Release.Name }}"}
        """);
    return chart;
  }

  /** The configuration of the services with this registry. */
  String addedTo(String configuration) {
    if (!configuration.contains(REPOSITORIES)) {
      throw new IllegalStateException("the sandbox's configuration has another form");
    }
    return configuration.replace(
        REPOSITORIES,
        REPOSITORIES
            + """
              - name: %s
                url: %s
                caFile: %s
                allow_private: true
                charts: [%s]
                token_service: {url: "%s", username: %s, password: %s}
            """
                .formatted(
                    NAME,
                    registry.url(),
                    registry.authority(),
                    CHART,
                    tokens.realm(),
                    OciRegistry.USER,
                    OciRegistry.PASSWORD));
  }

  @Override
  public void close() {
    registry.close();
    tokens.close();
  }
}
