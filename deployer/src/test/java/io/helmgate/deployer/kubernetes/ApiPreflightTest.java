package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.api.TestIdentities;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Preflight.Intent;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApiPreflightTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metadata: {name: web, labels: []} | release team-a/web: ConfigMap \"web\": metadata.labels",
        "metadata: {name: a, annotations: x} | release team-a/web: ConfigMap \"a\": metadata.annotations",
        "metadata: [] | release team-a/web: ConfigMap \"\": metadata"
      })
  void namesTheObjectWhoseMetadataIsNone(String metadata, String fault) throws Exception {
    List<Map<String, @Nullable Object>> objects =
        new YamlDocuments().parse("kind: ConfigMap\n" + metadata + "\n").orElseThrow();
    ReleaseRef ref = new ReleaseRef("team-a", "web");

    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var preflight = new ApiPreflight(unreachable(), new YamlDocuments(), workers);
      for (Intent intent :
          List.of(
              new Intent(ref, objects, List.of(), List.of(), List.of(), false),
              new Intent(ref, List.of(), List.of(), List.of(), objects, false))) {
        assertThat(preflight.check(new Caller("bob", List.of(), "d"), intent))
            .isEqualTo(
                Outcome.failure(
                    Reason.INVALID_ARGUMENT, fault + " is no mapping; nothing was written"));
      }
    }
  }

  private KubernetesApi unreachable() throws Exception {
    return KubernetesApi.connect(
        "default",
        new ClusterConnection(
            URI.create("https://127.0.0.1:1"),
            new TestIdentities().pem(),
            new ClusterConnection.Credential.TokenFile(
                Files.writeString(directory.resolve("token"), "t"))),
        Duration.ofSeconds(1));
  }
}
