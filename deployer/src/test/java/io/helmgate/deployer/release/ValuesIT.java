package io.helmgate.deployer.release;

import static io.helmgate.deployer.ReleaseFixture.DISCLOSURE;
import static io.helmgate.deployer.ReleaseFixture.READER;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.json;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.values.ValuePath;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.deployer.values.ValuesRequest.Kind;
import io.helmgate.deployer.values.ValuesRequest.Single;
import io.helmgate.deployer.values.ValuesRequest.Source;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values from requests, Secrets and ConfigMaps, as Helm gets them and as they are shown. */
final class ValuesIT {
  private static HelmSystem system;
  private static HelmReleases releases;
  private static Cli helm;
  private static Cli kubectl;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    var sandbox = SharedSandbox.get();
    helm = sandbox.cluster().helm();
    kubectl = sandbox.cluster().kubectl();
    system = HelmSystem.start(sandbox, directory);
    releases = system.releases();
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @Test
  void mergesLayersSourcesAndSingleValuesInThatOrderAndKeepsTheirTypes() {
    ReleaseRef ref = ref("team-a");
    kubectl.run(
        "create",
        "configmap",
        ref.name() + "-values",
        "-n",
        "team-a",
        "--from-literal=values.yaml=replicas: 3\nsettings: {zip: \"007\", enabled: yes}",
        "--from-literal=one=1");
    var values =
        new ValuesRequest(
            List.of(
                Map.of("replicas", 2L, "settings", Map.of("zip", "x", "big", 1L << 53)),
                Map.of("settings", Map.of("list", List.of("a", "b")))),
            List.of(
                source(Kind.CONFIG_MAP, ref.name() + "-values", "values.yaml", null, false),
                source(Kind.CONFIG_MAP, ref.name() + "-values", "one", "settings.one", false),
                source(Kind.SECRET, "is-not-there", "a", "settings.none", true)),
            List.of(
                new Single(path("settings.list[1]"), "c"),
                new Single(path("settings.dotted\\.name"), 0.5)));

    success(releases.install(TEAM_A, with(values, demo(ref, "0.1.0", null))));

    JsonNode stored = json(helm.run("get", "values", ref.name(), "-n", "team-a", "-o", "json"));
    assertThat(stored)
        .isEqualTo(
            json(
                """
                {"replicas": 3,
                 "settings": {"zip": "007", "enabled": true, "big": 9007199254740992, "one": "1",
                              "list": ["a", "c"], "dotted.name": 0.5}}
                """));
  }

  @Test
  void nullRemovesADefaultOfTheChart() {
    ReleaseRef ref = ref("team-a");
    var values =
        new ValuesRequest(List.of(), List.of(), List.of(new Single(path("nodeSelector"), null)));

    success(releases.install(TEAM_A, with(values, demo(ref, "0.1.0", null))));

    assertThat(data(ref).path("values").asText()).doesNotContain("nodeSelector");
  }

  @Test
  void whatComesFromASecretReachesTheChartAndNoReader() {
    ReleaseRef ref = ref("team-a");
    secret(ref, "s3cr\"et-<value>");
    var values =
        new ValuesRequest(
            List.of(Map.of("settings", Map.of("dbPassword", "plain-hunter2", "open", "seen"))),
            List.of(source(Kind.SECRET, ref.name() + "-secret", "pass", "settings.dsn", false)),
            List.of());

    success(releases.install(TEAM_A, with(values, demo(ref, "0.1.0", null))));
    success(releases.upgrade(TEAM_A, demo(ref, "0.2.0", null)));
    success(releases.rollback(TEAM_A, ref));

    assertThat(data(ref).path("setting.dsn").asText()).contains("s3cr");
    for (int revision = 1; revision <= 3; revision++) {
      StoredRevision stored = success(system.ports().store().stored(TEAM_A, ref, revision));
      assertThat(DISCLOSURE.values(stored.revision()))
          .isEqualTo(
              Map.of(
                  "settings", Map.of("dbPassword", "<masked>", "dsn", "<masked>", "open", "seen")));
      assertThat(
              DISCLOSURE.readable(DISCLOSURE.objects(stored.revision().given()), stored.manifest()))
          .contains("kind: Deployment", "<masked>", "seen")
          .doesNotContain("s3cr", "hunter2");
    }
  }

  @Test
  void anErrorOfHelmDoesNotTellASecret() {
    ReleaseRef ref = ref("team-a");
    secret(ref, "Not-a-Kind-At-All");
    var values =
        new ValuesRequest(
            List.of(),
            List.of(source(Kind.SECRET, ref.name() + "-secret", "pass", "name", false)),
            List.of());

    Outcome<ReleaseRevision> refused =
        releases.install(TEAM_A, with(values, chart("checked", ref, null)));

    assertThat(refused).isInstanceOf(Outcome.Failure.class);
    assertThat(refused.toString()).contains("<masked>").doesNotContain("Not-a-Kind");
  }

  @Test
  void sourcesAreReadAsTheCaller() {
    ReleaseRef ref = ref("team-b");
    var values =
        new ValuesRequest(
            List.of(), List.of(source(Kind.SECRET, "any", "pass", "a", true)), List.of());

    assertFailure(
        ValuesResolution.of(system.ports().values(), TEAM_A, "team-b", values),
        Reason.PERMISSION_DENIED,
        "forbidden");
    assertFailure(
        ValuesResolution.of(system.ports().values(), READER, ref.namespace(), values),
        Reason.PERMISSION_DENIED,
        "forbidden");
  }

  @Test
  void saysWhichSourceOrPathIsWrong() {
    ReleaseRef ref = ref("team-a");
    var missing =
        new ValuesRequest(
            List.of(), List.of(source(Kind.SECRET, "is-not-there", "a", "b", false)), List.of());
    var blocked =
        new ValuesRequest(
            List.of(Map.of("image", "nginx")),
            List.of(),
            List.of(new Single(path("image.tag"), "1")));

    assertFailure(
        releases.install(TEAM_A, with(missing, demo(ref, "0.1.0", null))),
        Reason.FAILED_PRECONDITION,
        "values_from[0]: Secret is-not-there has no key a in namespace team-a");
    assertFailure(
        releases.install(TEAM_A, with(blocked, demo(ref, "0.1.0", null))),
        Reason.INVALID_ARGUMENT,
        "set[0].path: leads through image");
  }

  @Test
  void namesEachValueThatBreaksTheSchemaOfTheChart() {
    Outcome<ReleaseRevision> refused =
        releases.install(TEAM_A, chart("checked", ref("team-a"), Map.of("size", 11)));

    assertThat(refused)
        .isEqualTo(
            new Outcome.Failure<>(
                Reason.INVALID_ARGUMENT,
                "the values don't meet the chart's schema: values.size: must have a maximum value"
                    + " of 10",
                List.of(new Violation("values.size", "must have a maximum value of 10"))));
  }

  private static void secret(ReleaseRef ref, String value) {
    kubectl.run(
        "create",
        "secret",
        "generic",
        ref.name() + "-secret",
        "-n",
        "team-a",
        "--from-literal=pass=" + value);
  }

  private static JsonNode data(ReleaseRef ref) {
    return json(kubectl.run("get", "configmap", ref.name(), "-n", "team-a", "-o", "json"))
        .path("data");
  }

  private static Source source(
      Kind kind, String name, String key, @Nullable String target, boolean optional) {
    return new Source(kind, name, key, Optional.ofNullable(target).map(ValuesIT::path), optional);
  }

  private static ValuePath path(String text) {
    return ValuePath.parse(text).orElseThrow();
  }

  private static DeployRequest with(ValuesRequest values, DeployRequest request) {
    return new DeployRequest(
        request.ref(),
        request.chart(),
        request.version(),
        Optional.of(values),
        request.awaitReady(),
        request.timeout(),
        request.requestId());
  }
}
