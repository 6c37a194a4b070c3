package io.helmgate.deployer.release;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.available;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.jobs;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.replicas;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.unawaited;
import static io.helmgate.deployer.ReleaseFixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rollback, hooks and waiting against a real API server. */
@ParameterizedClass
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // JUnit sets them for each engine.
@EnumSource(Engine.class)
final class RollbackIT {
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
  void rollsBackToTheRevisionBeforeAndRestoresItsChart() {
    ReleaseRef ref = ref("team-a");
    success(
        releases.install(
            TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 1, "settings", Map.of("a", "{{ b }}")))));
    String first = helm.run("get", "manifest", ref.name(), "-n", "team-a");
    success(releases.upgrade(TEAM_A, demo(ref, "0.2.0", Map.of("replicas", 2))));

    ReleaseRevision back = success(releases.rollback(TEAM_A, ref));

    assertThat(back.revision()).isEqualTo(3);
    assertThat(back.status()).isEqualTo("deployed");
    assertThat(back.description()).isEqualTo("Rollback to 1");
    assertThat(back.notes()).isNotEmpty();
    assertThat(back.chart().version()).isEqualTo("0.1.0");
    assertThat(back.chart().annotations()).doesNotContainKey("helmgate.io/replay-of");
    assertThat(helm.run("get", "manifest", ref.name(), "-n", "team-a")).isEqualTo(first);
    assertThat(helm.run("get", "all", ref.name(), "-n", "team-a")).contains("REVISION: 3");
    assertThat(helm.run("history", ref.name(), "-n", "team-a"))
        .contains("Rollback to 1", "superseded", "deployed");
    assertThat(replicas(ref)).isEqualTo("1");
    // The restored chart renders again: with the old values, and by the helm program too.
    ReleaseRevision next = success(releases.upgrade(TEAM_A, demo(ref, "0.2.0", null)));
    assertThat(next.values().get("replicas")).isEqualTo(1);
    helm.run("rollback", ref.name(), "3", "-n", "team-a");
    assertThat(helm.run("get", "manifest", ref.name(), "-n", "team-a")).isEqualTo(first);
  }

  @Test
  void hasNothingToRollBackToAtFirst() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, demo(ref, "0.1.0", null)));

    assertFailure(
        releases.rollback(TEAM_A, ref), Reason.FAILED_PRECONDITION, "no earlier revision was good");
  }

  @Test
  void runsRollbackAndDeleteHooks() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, chart("hooked", ref, null)));
    assertThat(jobs(ref)).containsExactly(ref.name() + "-pre-install");
    success(releases.upgrade(TEAM_A, chart("hooked", ref, Map.of("a", 1))));
    String hooks = helm.run("get", "hooks", ref.name(), "-n", "team-a", "--revision", "1");
    kubectl.run("delete", "jobs", "-n", "team-a", "--all");

    success(releases.rollback(TEAM_A, ref));

    assertThat(jobs(ref))
        .containsExactlyInAnyOrder(ref.name() + "-pre-rollback", ref.name() + "-post-rollback");
    assertThat(helm.run("get", "hooks", ref.name(), "-n", "team-a")).isEqualTo(hooks);

    success(releases.uninstall(TEAM_A, ref));

    assertThat(jobs(ref)).contains(ref.name() + "-pre-delete", ref.name() + "-post-delete");
    assertThat(helm.run("list", "-a", "-q", "-n", "team-a")).doesNotContain(ref.name());
    kubectl.run("delete", "jobs", "-n", "team-a", "--all");
  }

  @Test
  void aFailingDeleteHookStopsTheUninstall() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, chart("hooked", ref, Map.of("failing", "pre-delete"))));

    assertFailure(
        releases.uninstall(TEAM_A, ref),
        Reason.FAILED_PRECONDITION,
        "pre-delete hook " + ref.name() + "-pre-delete: Job " + ref.name() + "-pre-delete: failed");
    assertThat(success(releases.get(TEAM_A, ref)).status()).isEqualTo("deployed");
  }

  @Test
  void aFailingHookFailsTheInstall() {
    ReleaseRef ref = ref("team-a");

    assertFailure(
        releases.install(TEAM_A, chart("hooked", ref, Map.of("failing", "pre-install"))),
        Reason.FAILED_PRECONDITION,
        "release " + ref + ": its hook " + ref.name() + "-pre-install failed");
    assertThat(success(releases.get(TEAM_A, ref)).status()).isEqualTo("failed");
  }

  @Test
  void leavesAReleaseThatDoesNotBecomeReadyAsHelmDoes() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, chart("slow", ref, Map.of("ready", true))));
    DeployRequest unready = within(Duration.ofSeconds(4), chart("slow", ref, Map.of()));

    assertFailure(
        releases.upgrade(TEAM_A, unready),
        Reason.DEADLINE_EXCEEDED,
        "not ready in time: Deployment " + ref.name() + ": 0 of 1 pods ready");

    List<ReleaseRevision> history = success(releases.history(TEAM_A, ref, 0));
    assertThat(history).extracting(ReleaseRevision::status).containsExactly("failed", "deployed");
    assertThat(history.getFirst().description())
        .startsWith("Upgrade \"" + ref.name() + "\" failed: ");
    assertThat(helm.run("list", "-a", "-n", "team-a", "--filter", ref.name())).contains("failed");
    assertThat(success(releases.rollback(TEAM_A, ref)).description()).isEqualTo("Rollback to 1");
    assertThat(available(ref)).isEqualTo("1");
  }

  @Test
  void anUnreadyInstallIsFailedAndKeepsItsName() {
    ReleaseRef ref = ref("team-a");

    assertFailure(
        releases.install(TEAM_A, within(Duration.ofSeconds(4), chart("slow", ref, null))),
        Reason.DEADLINE_EXCEEDED,
        "not ready in time");

    assertThat(success(releases.get(TEAM_A, ref)).status()).isEqualTo("failed");
    assertFailure(
        releases.install(TEAM_A, demo(ref, "0.1.0", null)),
        Reason.ALREADY_EXISTS,
        "exists already");
  }

  @Test
  void doesNotWaitWhenNotTold() {
    ReleaseRef ref = ref("team-a");

    ReleaseRevision revision =
        success(releases.install(TEAM_A, unawaited(chart("slow", ref, null))));

    assertThat(revision.status()).isEqualTo("deployed");
    assertThat(available(ref)).isEmpty();
  }
}
