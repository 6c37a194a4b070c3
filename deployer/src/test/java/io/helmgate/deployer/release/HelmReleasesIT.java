package io.helmgate.deployer.release;

import static io.helmgate.deployer.ReleaseFixture.JSON;
import static io.helmgate.deployer.ReleaseFixture.PLATFORM;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.available;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.json;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The writes against a real API server, read again by the helm and kubectl programs. */
@ParameterizedClass
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // JUnit sets them for each engine.
@EnumSource(Engine.class)
final class HelmReleasesIT {
  @Parameter private Engine helmEngine;

  private static HelmSystem system;
  private static HelmReleases releases;
  private static Cli helm;
  private static Cli kubectl;

  @BeforeParameterizedClassInvocation
  static void start(Engine engine, @TempDir Path directory) throws IOException {
    var sandbox = SharedSandbox.get();
    helm = sandbox.cluster().helm();
    kubectl = sandbox.cluster().kubectl();
    system = HelmSystem.start(sandbox, directory, engine);
    releases = system.releases();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    system.close();
  }

  @Test
  void installsAsANamespaceAdminAndKeepsTheTypesOfValues() {
    ReleaseRef ref = ref("team-a");
    Map<String, @Nullable Object> settings =
        Map.of(
            "flag",
            "y",
            "code",
            "007",
            "number",
            7,
            "share",
            0.25,
            "big",
            12345678901L,
            "on",
            true,
            "list",
            List.of(1, "1", true, Map.of("deep", List.of("no"))),
            "nested",
            Map.of("a.b", "c,d={e}"));

    ReleaseRevision revision =
        success(releases.install(TEAM_A, demo(ref, "0.1.0", Map.of("settings", settings))));

    assertThat(revision.status()).isEqualTo("deployed");
    assertThat(revision.revision()).isEqualTo(1);
    assertThat(revision.notes()).isNotEmpty();
    assertThat(revision.chart().name()).isEqualTo("demo");
    assertThat(revision.chart().version()).isEqualTo("0.1.0");
    assertThat(revision.chart().annotations())
        .containsKeys("helmgate.io/source-url", "helmgate.io/purpose")
        .hasEntrySatisfying(
            "helmgate.io/chart-digest",
            digest -> assertThat(digest).matches("sha256:[0-9a-f]{64}"));
    JsonNode values = json(helm.run("get", "values", ref.name(), "-n", "team-a", "-o", "json"));
    assertThat(values).isEqualTo(JSON.valueToTree(Map.of("settings", settings)));
    assertThat(
            kubectl.run("get", "configmap", ref.name(), "-n", "team-a", "-o", "jsonpath={.data}"))
        .contains("\"setting.code\":\"\\\"007\\\"\"", "\"setting.flag\":\"\\\"y\\\"\"")
        .contains("\"setting.number\":\"7\"", "\"setting.on\":\"true\"");
    assertThat(available(ref)).isEqualTo("1");
    assertThat(helm.run("list", "-n", "team-a")).contains(ref.name(), "deployed", "demo-0.1.0");
  }

  @Test
  void takesTheNewestStableVersionWhenNoneIsNamed() {
    ReleaseRef ref = ref("team-a");

    ReleaseRevision revision = success(releases.install(TEAM_A, demo(ref, "", null)));

    assertThat(revision.chart().version()).isEqualTo("0.2.0");
  }

  @Test
  void upgradesReusesAndReplacesValues() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, demo(ref, "0.1.0", Map.of("settings", Map.of("a", 1)))));

    ReleaseRevision reused = success(releases.upgrade(TEAM_A, demo(ref, "0.2.0", null)));
    ReleaseRevision replaced =
        success(releases.upgrade(TEAM_A, demo(ref, "0.2.0", Map.of("replicas", 2))));
    ReleaseRevision emptied = success(releases.upgrade(TEAM_A, demo(ref, "0.2.0", Map.of())));

    assertThat(reused.values()).isEqualTo(Map.of("settings", Map.of("a", 1)));
    assertThat(reused.chart().version()).isEqualTo("0.2.0");
    assertThat(replaced.values()).isEqualTo(Map.of("replicas", 2));
    assertThat(emptied.values()).isEmpty();
    assertThat(emptied.revision()).isEqualTo(4);
    List<ReleaseRevision> history = success(releases.history(TEAM_A, ref, 0));
    assertThat(history).extracting(ReleaseRevision::revision).containsExactly(4, 3, 2, 1);
    assertThat(history)
        .extracting(ReleaseRevision::status)
        .containsExactly("deployed", "superseded", "superseded", "superseded");
    assertThat(success(releases.history(TEAM_A, ref, 2))).hasSize(2);
    assertThat(json(helm.run("history", ref.name(), "-n", "team-a", "-o", "json"))).hasSize(4);
  }

  @Test
  void repeatsOfARequestChangeNothing() {
    ReleaseRef ref = ref("team-a");
    DeployRequest install = with("req-1", demo(ref, "0.1.0", null));
    DeployRequest upgrade = with("req-2", demo(ref, "0.2.0", null));

    assertThat(success(releases.install(TEAM_A, install)).revision()).isEqualTo(1);
    assertThat(success(releases.install(TEAM_A, install)).revision()).isEqualTo(1);
    assertThat(success(releases.upgrade(TEAM_A, upgrade)).revision()).isEqualTo(2);
    assertThat(success(releases.upgrade(TEAM_A, upgrade)).revision()).isEqualTo(2);
    assertFailure(releases.install(TEAM_A, install), Reason.ALREADY_EXISTS, "exists already");
  }

  @Test
  void unknownThingsAreNotFound() {
    ReleaseRef ref = ref("team-a");

    assertFailure(releases.get(TEAM_A, ref), Reason.NOT_FOUND, "release " + ref + ": not found");
    assertFailure(releases.history(TEAM_A, ref, 0), Reason.NOT_FOUND, "not found");
    assertFailure(releases.upgrade(TEAM_A, demo(ref, "", null)), Reason.NOT_FOUND, "not found");
    assertFailure(releases.rollback(TEAM_A, ref), Reason.NOT_FOUND, "not found");
    assertFailure(releases.uninstall(TEAM_A, ref), Reason.NOT_FOUND, "not found");
    assertFailure(
        releases.install(TEAM_A, demo(ref, "9.9.9", null)),
        Reason.NOT_FOUND,
        "chart sandbox/demo: version 9.9.9 not found");
    assertFailure(
        releases.install(TEAM_A, chart("nope", ref, null)), Reason.NOT_FOUND, "sandbox/nope");
  }

  @Test
  void saysWhatIsWrongWithValuesWithoutInternals() {
    ReleaseRef ref = ref("team-a");

    assertFailure(
        releases.install(TEAM_A, chart("checked", ref, Map.of("size", "big"))),
        Reason.INVALID_ARGUMENT,
        "the values don't meet the chart's schema: values.size: string found, integer expected");
    assertFailure(
        releases.install(TEAM_A, chart("checked", ref, Map.of("refuse", true))),
        Reason.INVALID_ARGUMENT,
        "the chart refuses the values at checked/templates/main.yaml:1:27: refuse must not be set");
    assertFailure(
        releases.install(TEAM_A, chart("checked", ref, Map.of("broken", Map.of("deep", 1)))),
        Reason.INVALID_ARGUMENT,
        "the chart's template checked/templates/main.yaml fails at line 2 with these values");
    assertFailure(
        releases.install(PLATFORM, chart("checked", ref, Map.of("kind", "Nonsense"))),
        Reason.FAILED_PRECONDITION,
        "the cluster knows no Nonsense in v1");
    assertFailure(
        releases.install(TEAM_A, chart("checked", ref, Map.of("kind", "Nonsense"))),
        Reason.FAILED_PRECONDITION,
        "the cluster knows no Nonsense in v1");
    assertFailure(
        releases.install(TEAM_A, chart("checked", ref, Map.of("name", "Bad_Name"))),
        Reason.INVALID_ARGUMENT,
        "ConfigMap \"Bad_Name\" is invalid: metadata.name");
  }

  @Test
  void refusesToTakeOverAnObjectOfSomebodyElse() {
    ReleaseRef ref = ref("team-a");
    String taken = "taken-" + ref.name();
    kubectl.run("create", "configmap", taken, "-n", "team-a");

    assertFailure(
        releases.install(TEAM_A, chart("checked", ref, Map.of("name", taken))),
        Reason.FAILED_PRECONDITION,
        "ConfigMap \"" + taken + "\" exists and does not belong to this release");
  }

  @Test
  void aPendingReleaseIsSomebodyElses() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, demo(ref, "0.1.0", null)));
    kubectl.run(
        "label",
        "secret",
        "sh.helm.release.v1." + ref.name() + ".v1",
        "-n",
        "team-a",
        "--overwrite",
        "status=pending-upgrade");

    assertFailure(
        releases.upgrade(TEAM_A, demo(ref, "0.2.0", null)),
        Reason.ABORTED,
        "another operation is under way (revision 1 is pending-upgrade)");
    assertFailure(releases.rollback(TEAM_A, ref), Reason.ABORTED, "another operation");
  }
}
