package io.helmgate.deployer.release;

import static io.helmgate.deployer.ReleaseFixture.READER;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.available;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.replicas;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.RunningSystem;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps releases good over time, against a real API server. */
final class UpkeepIT {
  @RegisterExtension static final RunningSystem SYSTEM = new RunningSystem();

  private static final Remedy ROLLBACK = new Remedy(true, 0);

  @Test
  void theHistoryIsLimitedAndTheHelmProgramReadsTheRest() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 0))));
    for (int i = 0; i < HelmSystem.HISTORY_LIMIT + 2; i++) {
      success(
          SYSTEM
              .releases()
              .upgrade(
                  TEAM_A, demo(ref, "0.2.0", Map.of("replicas", 0, "settings", Map.of("i", i)))));
    }

    List<ReleaseRevision> history = success(SYSTEM.releases().history(TEAM_A, ref, 0));

    assertThat(history).extracting(ReleaseRevision::revision).containsExactly(8, 7, 6, 5, 4);
    assertThat(SYSTEM.helm().run("history", ref.name(), "-n", "team-a").lines()).hasSize(6);
    SYSTEM.helm().run("rollback", ref.name(), "4", "-n", "team-a");
  }

  @Test
  void theLastGoodRevisionOutlivesManyFailures() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, chart("hooked", ref, null)));
    for (int i = 0; i <= HelmSystem.HISTORY_LIMIT; i++) {
      assertFailure(
          SYSTEM
              .releases()
              .upgrade(TEAM_A, chart("hooked", ref, Map.of("failing", "post-upgrade"))),
          Reason.FAILED_PRECONDITION,
          "hook");
    }

    List<ReleaseRevision> history = success(SYSTEM.releases().history(TEAM_A, ref, 0));

    assertThat(history).extracting(ReleaseRevision::revision).containsExactly(7, 6, 5, 4, 1);
    assertThat(success(SYSTEM.releases().rollback(TEAM_A, ref)).description())
        .isEqualTo("Rollback to 1");
  }

  @Test
  void anUpgradeThatFailsIsRolledBackWhenThatIsAskedFor() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, chart("slow", ref, Map.of("ready", true))));
    var unready = within(Duration.ofSeconds(3), chart("slow", ref, Map.of("ready", false)));

    assertFailure(
        upgrade(unready, ROLLBACK),
        Reason.DEADLINE_EXCEEDED,
        "0 of 1 pods ready; rolled back to revision 1, as revision 3");

    assertThat(history(ref)).containsExactly("deployed", "failed", "superseded");
    assertThat(success(SYSTEM.releases().get(TEAM_A, ref)).values())
        .isEqualTo(Map.of("ready", true));
    assertThat(available(ref)).isEqualTo("1");
  }

  @Test
  void aFailedUpgradeIsTriedAgainAfterItsRollback() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, chart("hooked", ref, null)));

    assertFailure(
        upgrade(chart("hooked", ref, Map.of("failing", "post-upgrade")), new Remedy(true, 1)),
        Reason.FAILED_PRECONDITION,
        "rolled back to revision 3, as revision 5");

    assertThat(history(ref))
        .containsExactly("deployed", "failed", "superseded", "failed", "superseded");
  }

  @Test
  void whatWasRefusedBeforeHelmBeganIsNotRolledBack() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 0))));

    assertFailure(upgrade(demo(ref, "9.9.9", null), ROLLBACK), Reason.NOT_FOUND, "9.9.9");

    assertThat(history(ref)).containsExactly("deployed");
  }

  @Test
  void aFailedUpgradeWithoutAGoodRevisionSaysSo() {
    ReleaseRef ref = ref("team-a");
    assertFailure(
        SYSTEM.releases().install(TEAM_A, chart("hooked", ref, Map.of("failing", "pre-install"))),
        Reason.FAILED_PRECONDITION,
        "hook");

    assertFailure(
        upgrade(chart("hooked", ref, Map.of("failing", "post-upgrade")), ROLLBACK),
        Reason.FAILED_PRECONDITION,
        "it could not be rolled back: release " + ref + ": no earlier revision was good");
  }

  @Test
  void driftIsFoundAndARollbackToTheSameRevisionPutsThingsBack() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 1))));
    assertThat(drift(ref).effects()).isEmpty();

    kubectl("scale", "deployment", ref.name(), "--replicas=3");
    kubectl("delete", "service", ref.name());
    kubectl("annotate", "configmap", ref.name(), "somebody=else");

    Drift drift = drift(ref);
    assertThat(drift.revision()).isEqualTo(1);
    assertThat(drift.doubts()).isEmpty();
    assertThat(drift.effects())
        .extracting(effect -> effect.wanted().get("kind") + " " + effect.change())
        .containsExactlyInAnyOrder("Service CREATE", "Deployment UPDATE");
    assertThat(
            drift(
                    ref,
                    new DriftIgnore(List.of(List.of("spec", "replicas")), "Deployment", ""),
                    new DriftIgnore(List.of(List.of("spec")), "ConfigMap", ""))
                .effects())
        .extracting(effect -> effect.wanted().get("kind"))
        .containsExactly("Service");
    // It was only looked at.
    assertThat(replicas(ref)).isEqualTo("3");

    success(
        SYSTEM
            .releases()
            .carryOut(
                TEAM_A,
                new Write.Rollback(ref, 1, true, Duration.ofMinutes(1), Optional.empty()),
                Progress.UNWATCHED));

    assertThat(replicas(ref)).isEqualTo("1");
    assertThat(drift(ref).effects()).isEmpty();
  }

  @Test
  void whoMayNotWriteIsToldSoWhenAskingForDrift() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 0))));

    assertFailure(
        new DriftCheck(SYSTEM.ports()).check(READER, ref, List.of()),
        Reason.PERMISSION_DENIED,
        "nothing was written");
  }

  @Test
  void testsRunInTheirOrderAndTheHelmProgramReadsHow() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, chart("tested", ref, null)));

    success(test(ref));

    assertThat(runs(ref))
        .containsExactly(
            "first Succeeded", "second Succeeded", "third Succeeded", "last Succeeded");
    String status = SYSTEM.helm().run("status", ref.name(), "-n", "team-a");
    assertThat(status.split("TEST SUITE:", -1)).hasSize(5);
    assertThat(status.split("Phase: +Succeeded", -1)).hasSize(5);
    assertThat(SYSTEM.kubectl().run("get", "jobs", "-n", "team-a", "-o", "name"))
        .doesNotContain(ref.name() + "-last");
    // A second run does away with what the first has left.
    success(test(ref, "-second"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"before-hook-creation", "hook-succeeded"})
  void aTestWithoutANameTouchesNothingButItself(String policy) {
    ReleaseRef ref = ref("team-a");
    String bystander = ref.name() + "-bystander";
    SYSTEM.kubectl().run("run", bystander, "-n", "team-a", "--image=busybox");
    success(SYSTEM.releases().install(TEAM_A, chart("tested", ref, Map.of("generated", policy))));

    success(test(ref));
    success(test(ref));

    assertThat(SYSTEM.kubectl().run("get", "pods", "-n", "team-a", "-o", "name").lines())
        .contains("pod/" + bystander)
        .filteredOn(name -> name.startsWith("pod/" + ref.name() + "-any-"))
        .hasSize(policy.equals("hook-succeeded") ? 0 : 2);
  }

  @Test
  void theFirstTestThatFailsEndsTheRun() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, chart("tested", ref, Map.of("failing", "second"))));

    assertFailure(
        test(ref), Reason.FAILED_PRECONDITION, "test hook " + ref.name() + "-second: Pod");

    assertThat(runs(ref)).containsExactly("first Succeeded", "second Failed", "third ", "last ");
    success(test(ref, "-third"));
    assertThat(runs(ref)).contains("second Failed", "third Succeeded");
  }

  @Test
  void aTestThatIsNotThereIsNamed() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, chart("tested", ref, null)));

    assertFailure(
        test(ref, "-nothing"), Reason.NOT_FOUND, "has no test " + ref.name() + "-nothing");
  }

  @Test
  void whoMayNotMakePodsMayNotTest() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, chart("tested", ref, null)));

    assertFailure(
        SYSTEM
            .releases()
            .carryOut(
                READER,
                new Write.Test(ref, Set.of(), Duration.ofMinutes(1), Optional.empty()),
                Progress.UNWATCHED),
        Reason.PERMISSION_DENIED,
        "create Pod");
  }

  @Test
  void anUninstallCanLeaveWhatObjectsHaveMade() {
    ReleaseRef ref = ref("team-a");
    success(SYSTEM.releases().install(TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 1))));

    success(
        SYSTEM
            .releases()
            .carryOut(
                TEAM_A,
                new Write.Uninstall(
                    ref, false, false, Propagation.ORPHAN, Duration.ofMinutes(1), Optional.empty()),
                Progress.UNWATCHED));

    String label = "app.kubernetes.io/instance=" + ref.name();
    assertThat(kubectl("get", "deployments", "-l", label, "-o", "name")).isEmpty();
    assertThat(kubectl("get", "replicasets", "-l", label, "-o", "name")).contains(ref.name());
    kubectl("delete", "replicasets", "-l", label);
  }

  private static Outcome<Optional<ReleaseRevision>> upgrade(DeployRequest request, Remedy remedy) {
    return SYSTEM
        .releases()
        .carryOut(TEAM_A, new Write.Upgrade(request, remedy), Progress.UNWATCHED);
  }

  private static Outcome<Optional<ReleaseRevision>> test(ReleaseRef ref, String... suffixes) {
    Set<String> names =
        Set.copyOf(List.of(suffixes).stream().map(suffix -> ref.name() + suffix).toList());
    return SYSTEM
        .releases()
        .carryOut(
            TEAM_A,
            new Write.Test(ref, names, Duration.ofMinutes(1), Optional.empty()),
            Progress.UNWATCHED);
  }

  /** The tests of a release by weight, and how each ran last. */
  private static List<String> runs(ReleaseRef ref) {
    return success(SYSTEM.ports().store().stored(TEAM_A, ref, 1)).hooks().stream()
        .filter(HelmHook::test)
        .sorted(Comparator.comparingInt(HelmHook::weight))
        .map(
            hook ->
                hook.name().substring(ref.name().length() + 1)
                    + " "
                    + hook.lastRun().map(HookRun::phase).orElse(""))
        .toList();
  }

  private static List<String> history(ReleaseRef ref) {
    return success(SYSTEM.releases().history(TEAM_A, ref, 0)).stream()
        .map(ReleaseRevision::status)
        .toList();
  }

  private static Drift drift(ReleaseRef ref, DriftIgnore... ignored) {
    return success(new DriftCheck(SYSTEM.ports()).check(TEAM_A, ref, List.of(ignored)));
  }

  private static String kubectl(String... arguments) {
    return SYSTEM
        .kubectl()
        .run(Stream.concat(Stream.of(arguments), Stream.of("-n", "team-a")).toArray(String[]::new));
  }
}
