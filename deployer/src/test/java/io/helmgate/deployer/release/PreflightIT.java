package io.helmgate.deployer.release;

import static io.helmgate.deployer.ReleaseFixture.PLATFORM;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.unawaited;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of the cluster before anything is written. */
final class PreflightIT {
  private static HelmSystem system;
  private static HelmReleases releases;
  private static Previews previews;
  private static Cli kubectl;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    var sandbox = SharedSandbox.get();
    kubectl = sandbox.cluster().kubectl();
    system = HelmSystem.start(sandbox, directory);
    releases = system.releases();
    previews =
        new Previews(system.ports(), Clock.systemUTC(), new SecureRandom(), Duration.ofMinutes(5));
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @Test
  void namesWhatTheCallerMayNotCreateAndNothingOfTheChartExistsThen() {
    ReleaseRef ref = ref("team-a");

    Outcome<ReleaseRevision> refused =
        releases.install(
            TEAM_A, chart("mixed", ref, Map.of("quota", true, "quotaHook", true, "count", 3)));

    assertFailure(
        refused,
        Reason.PERMISSION_DENIED,
        "user \"keycloak:bob\" is forbidden to create ResourceQuota \""
            + ref.name()
            + "\" in namespace team-a, ");
    assertFailure(
        refused,
        Reason.PERMISSION_DENIED,
        "create ResourceQuota \"" + ref.name() + "-hook\" in namespace team-a");
    assertThat(objects(ref)).isEmpty();
    assertThat(
            success(
                releases.install(
                    PLATFORM,
                    chart("mixed", ref, Map.of("quota", true, "quotaHook", true, "count", 3)))))
        .extracting(ReleaseRevision::status)
        .isEqualTo("deployed");
    assertThat(objects(ref)).contains("resourcequota/" + ref.name(), "configmap/" + ref.name());
  }

  @Test
  void anUpgradeNeedsTheRightToDeleteWhatItDrops() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(PLATFORM, chart("mixed", ref, Map.of("quota", true))));

    assertFailure(
        releases.upgrade(TEAM_A, chart("mixed", ref, Map.of("text", "b"))),
        Reason.PERMISSION_DENIED,
        "delete ResourceQuota \"" + ref.name() + "\" in namespace team-a; nothing was written");
    assertThat(success(releases.get(TEAM_A, ref)).revision()).isEqualTo(1);
    assertThat(objects(ref)).contains("resourcequota/" + ref.name());
    assertThat(text(ref)).isEqualTo("a");
  }

  @Test
  void aRollbackIsCheckedBeforeHelmIsCalled() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(PLATFORM, chart("mixed", ref, Map.of("quota", true))));
    success(releases.upgrade(PLATFORM, chart("mixed", ref, Map.of("text", "b"))));

    assertFailure(
        releases.rollback(TEAM_A, ref),
        Reason.PERMISSION_DENIED,
        "create ResourceQuota \"" + ref.name() + "\"");
    assertThat(success(releases.get(TEAM_A, ref)).revision()).isEqualTo(2);
    assertThat(text(ref)).isEqualTo("b");
  }

  @Test
  void anUninstallationNamesAllThatTheCallerMayNotDelete() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(PLATFORM, chart("mixed", ref, Map.of("quota", true, "count", 2))));
    String before = objects(ref);

    assertFailure(
        releases.uninstall(TEAM_A, ref),
        Reason.PERMISSION_DENIED,
        "release team-a/%s: user \"keycloak:bob\" is forbidden to delete ResourceQuota \"%s\" in namespace team-a; nothing was written"
            .formatted(ref.name(), ref.name()));

    assertThat(objects(ref)).isEqualTo(before).contains("resourcequota/" + ref.name());
    assertThat(success(releases.get(TEAM_A, ref)).status()).isEqualTo("deployed");
    success(releases.uninstall(PLATFORM, ref));
    assertThat(objects(ref)).isEmpty();
  }

  @Test
  void anUninstallationNeedsTheRightsOfItsDeleteHooksBeforeItDeletesAnything() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, chart("mixed", ref, Map.of("quotaDeleteHook", true))));
    String before = objects(ref);

    assertFailure(
        releases.uninstall(TEAM_A, ref),
        Reason.PERMISSION_DENIED,
        "create ResourceQuota \"" + ref.name() + "-deleted\" in namespace team-a");

    assertThat(objects(ref)).isEqualTo(before).contains("configmap/" + ref.name() + "-0");
    assertThat(success(releases.get(TEAM_A, ref)).status()).isEqualTo("deployed");
    success(releases.carryOut(TEAM_A, withoutHooks(ref), Progress.UNWATCHED));
    assertThat(objects(ref)).isEmpty();
  }

  @Test
  void ofWhatIsUninstalledOnlyTheRecordsAreLeftToBeDeleted() {
    ReleaseRef ref = ref("team-a");
    success(
        releases.install(
            PLATFORM, chart("mixed", ref, Map.of("quota", true, "quotaDeleteHook", true))));
    success(
        releases.carryOut(
            PLATFORM,
            new Write.Uninstall(
                ref, true, true, Propagation.BACKGROUND, Duration.ofSeconds(60), Optional.empty()),
            Progress.UNWATCHED));
    assertThat(success(releases.get(TEAM_A, ref)).status()).isEqualTo("uninstalled");

    success(releases.uninstall(TEAM_A, ref));

    assertThat(objects(ref)).isEmpty();
    assertFailure(releases.get(TEAM_A, ref), Reason.NOT_FOUND, "not found");
  }

  private static Write.Uninstall withoutHooks(ReleaseRef ref) {
    return new Write.Uninstall(
        ref, false, true, Propagation.BACKGROUND, Duration.ofSeconds(60), Optional.empty());
  }

  @Test
  void definitionsOfAChartNeedRightsOfTheirOwnAndTheirKindsAreKnown() {
    ReleaseRef ref = ref("team-a");

    assertFailure(
        releases.install(TEAM_A, chart("defined", ref, null)),
        Reason.PERMISSION_DENIED,
        "create CustomResourceDefinition \"things.helmgate.test\"");
    assertThat(objects(ref)).isEmpty();
    assertThat(success(releases.install(PLATFORM, chart("defined", ref, null))).status())
        .isEqualTo("deployed");
    // Now that the cluster has them.
    success(releases.upgrade(PLATFORM, chart("defined", ref, Map.of("a", 1))));
    success(releases.install(PLATFORM, chart("defined", ref("team-a"), null)));
  }

  @Test
  void whatTheClusterWouldRefuseIsToldBeforeAnythingIsWritten() {
    ReleaseRef ref = ref("team-a");

    assertFailure(
        releases.install(TEAM_A, chart("checked", ref, Map.of("name", "Bad_Name"))),
        Reason.INVALID_ARGUMENT,
        "ConfigMap \"Bad_Name\" is invalid: metadata.name");
    assertFailure(releases.get(TEAM_A, ref), Reason.NOT_FOUND, "not found");
  }

  @Test
  void whatNeedsAnotherObjectOfItsReleaseIsNotRefusedBeforeThatIsThere() {
    ReleaseRef ref = ref("team-a");

    DeployRequest request = chart("rights", ref, Map.of());
    Preview preview = success(previews.install(TEAM_A, request));
    assertThat(preview.notes())
        .contains(
            "not tried: RoleBinding \"%1$s\", it needs the new Role \"%1$s-role\""
                .formatted(ref.name()),
            "not tried: Pod \"%1$s\", it needs the new ServiceAccount \"%1$s-account\""
                .formatted(ref.name()));
    assertThat(success(releases.install(TEAM_A, unawaited(request))).status())
        .isEqualTo("deployed");
    assertThat(kubectl.run("get", "rolebindings,pods", "-n", "team-a", "-o", "name"))
        .contains("/" + ref.name(), "pod/" + ref.name());
  }

  @Test
  void whatNeedsAnObjectThatNobodyBringsIsRefused() {
    ReleaseRef ref = ref("team-a");

    assertFailure(
        releases.install(TEAM_A, chart("rights", ref, Map.of("role", false))),
        Reason.FAILED_PRECONDITION,
        "not found");
    assertFailure(
        releases.install(TEAM_A, chart("rights", ref, Map.of("account", false))),
        Reason.PERMISSION_DENIED,
        "error looking up service account team-a/" + ref.name() + "-account");
    assertThat(objects(ref)).isEmpty();
  }

  @Test
  void anObjectOfADefinitionInAGroupOfKubernetesIsUpgraded(@TempDir Path directory)
      throws IOException {
    Path definition =
        Files.writeString(
            directory.resolve("definition.yaml"),
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: pictures.storage.test.k8s.io
              annotations: {api-approved.kubernetes.io: "unapproved, a test"}
            spec:
              group: storage.test.k8s.io
              names: {kind: Picture, plural: pictures}
              scope: Namespaced
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema:
                      {type: object, x-kubernetes-preserve-unknown-fields: true}
            """);
    kubectl.run("apply", "-f", definition.toString());
    kubectl.run("wait", "--for=condition=Established", "-f", definition.toString());
    ReleaseRef ref = ref("team-a");
    String group = "storage.test.k8s.io/v1";
    success(
        releases.install(
            PLATFORM, chart("checked", ref, Map.of("apiVersion", group, "kind", "Picture"))));

    success(
        releases.upgrade(
            PLATFORM,
            chart("checked", ref, Map.of("apiVersion", group, "kind", "Picture", "size", 7))));

    assertThat(kubectl.run("get", "picture", ref.name(), "-n", "team-a", "-o", "jsonpath={.data}"))
        .contains("\\\"size\\\":7");
    kubectl.run("delete", "-f", definition.toString());
  }

  @Test
  void aHundredObjectsTakeNotLong() {
    ReleaseRef ref = ref("team-a");
    Instant before = Instant.now();

    assertFailure(
        releases.install(TEAM_A, chart("mixed", ref, Map.of("quota", true, "count", 100))),
        Reason.PERMISSION_DENIED,
        "create ResourceQuota");

    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
    assertThat(objects(ref)).isEmpty();
  }

  private static String objects(ReleaseRef ref) {
    return kubectl
        .run("get", "configmaps,secrets,resourcequotas", "-n", ref.namespace(), "-o", "name")
        .lines()
        .filter(line -> line.contains("/" + ref.name()) || line.contains("." + ref.name() + "."))
        .toList()
        .toString()
        .replaceAll("^\\[]$", "");
  }

  private static String text(ReleaseRef ref) {
    return kubectl.run(
        "get",
        "configmap",
        ref.name() + "-0",
        "-n",
        ref.namespace(),
        "-o",
        "jsonpath={.data.text}");
  }
}
