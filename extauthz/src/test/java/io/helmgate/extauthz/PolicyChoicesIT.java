package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.policy.remote.OpaServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles whose policy an OPA server evaluates, or that compare with another policy. */
final class PolicyChoicesIT {

  private static final String DIFFERENCES =
      "extauthz_shadow_verdicts_total{profile=\"default\",verdict=\"would_deny\"}";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private Path rego(String name, String allowedPath) throws Exception {
    return Files.writeString(
        directory.resolve(name),
        """
        package helmgate.authz

        default allow := false

        allow if input.attributes.request.http.path == "%s"
        """
            .formatted(allowedPath));
  }

  private static String metric(TestCaller envoy, String name) throws Exception {
    return envoy
        .page("/metrics")
        .lines()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .orElse("no " + name);
  }

  @Test
  void anOpaServerDecidesAndItsEndMeans503() throws Exception {
    try (OpaServer opa = OpaServer.start(directory, rego("policy.rego", "/one").toString());
        TestApp service =
            TestApp.start(
                directory,
                """
                    default:
                      calls: false
                      policy: {remote: {url: 'URL', timeout: 1s}}
                """
                    .replace("URL", opa.url().toString()));
        TestCaller envoy = new TestCaller(service.app())) {
      assertThat(envoy.status("/one")).isEqualTo(200);
      assertThat(envoy.status("/two")).isEqualTo(403);
      opa.kill();
      assertThat(envoy.status("/one")).isEqualTo(503);
    }
  }

  @Test
  void aShadowChangesNoReplyAndItsDifferencesAreCounted() throws Exception {
    Path deciding = rego("policy.rego", "/one");
    Path shadow = Files.writeString(directory.resolve("next.rego"), "package helmgate.authz }");
    try (TestApp service =
            TestApp.start(
                directory,
                """
                    default:
                      calls: false
                      policy: {file: FILE, shadow: {file: SHADOW}}
                """
                    .replace("FILE", deciding.toString())
                    .replace("SHADOW", shadow.toString()));
        TestCaller envoy = new TestCaller(service.app())) {
      assertThat(envoy.status("/one")).isEqualTo(200);
      assertThat(envoy.readiness()).contains("degraded shadow policy default: none yet");

      rego("next.rego", "/two");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(envoy.readiness()).contains("ok shadow policy default"));
      assertThat(metric(envoy, DIFFERENCES)).endsWith(" 0.0");
      assertThat(envoy.status("/one")).isEqualTo(200);
      assertThat(envoy.status("/two")).isEqualTo(403);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(metric(envoy, DIFFERENCES)).endsWith(" 1.0"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(metric(envoy, DIFFERENCES.replace("would_deny", "would_allow")))
                      .endsWith(" 1.0"));
    }
  }
}
