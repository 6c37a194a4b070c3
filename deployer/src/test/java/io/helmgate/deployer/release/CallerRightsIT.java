package io.helmgate.deployer.release;

import static io.helmgate.deployer.ReleaseFixture.PLATFORM;
import static io.helmgate.deployer.ReleaseFixture.READER;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.fresh;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cluster lets each caller do, and see. */
final class CallerRightsIT {
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
  void refusesBeforeAnythingIsWrittenWhereTheCallerHasNoRights() {
    ReleaseRef ref = ref("team-b");

    assertFailure(
        releases.install(TEAM_A, demo(ref, "0.1.0", null)),
        Reason.PERMISSION_DENIED,
        "secrets is forbidden: User \"keycloak:bob\" cannot list resource \"secrets\"");
    assertFailure(releases.get(TEAM_A, ref), Reason.PERMISSION_DENIED, "forbidden");
    assertFailure(
        releases.search(TEAM_A, new ReleaseQuery(Optional.empty(), "", 0, 0)),
        Reason.PERMISSION_DENIED,
        "at the cluster scope");
    assertThat(helm.run("list", "-n", "team-b", "-a", "-q")).doesNotContain(ref.name());
  }

  @Test
  void allNamespacesAreThoseThatTheCallerMayReadWhereNamespacesMayBeListed() {
    ReleaseRef ref = ref("team-a");
    ReleaseRef other = ref("team-b");
    success(releases.install(TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 0))));
    success(releases.install(PLATFORM, demo(other, "0.1.0", Map.of("replicas", 0))));
    kubectl.run("create", "clusterrole", "see-namespaces", "--verb=list", "--resource=namespaces");
    kubectl.run(
        "create",
        "clusterrolebinding",
        "see-namespaces",
        "--clusterrole=see-namespaces",
        "--user=" + TEAM_A.user());
    try {
      assertThat(
              success(releases.search(TEAM_A, new ReleaseQuery(Optional.empty(), "", 0, 0)))
                  .stream()
                  .map(ReleaseRevision::ref))
          .contains(ref)
          .doesNotContain(other);
    } finally {
      kubectl.run("delete", "clusterrolebinding,clusterrole", "see-namespaces");
    }
  }

  @Test
  void aReaderReadsButDoesNotWrite() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, demo(ref, "0.1.0", null)));

    assertThat(success(releases.get(READER, ref)).revision()).isEqualTo(1);
    assertFailure(
        releases.upgrade(READER, demo(ref, "0.2.0", null)), Reason.PERMISSION_DENIED, "forbidden");
    assertFailure(releases.uninstall(READER, ref), Reason.PERMISSION_DENIED, "forbidden");
    assertThat(helm.run("status", ref.name(), "-n", "team-a"))
        .contains("STATUS: deployed", "REVISION: 1");
  }

  @Test
  void refusesGroupsThatTheClusterDoesNotLetItActFor() {
    Caller stranger = new Caller("keycloak:mallory", List.of("keycloak:team-z"), "d-4");
    Caller root = new Caller("keycloak:mallory", List.of("system:masters"), "d-5");
    ReleaseRef ref = ref("team-a");

    assertFailure(
        releases.install(stranger, demo(ref, "0.1.0", null)),
        Reason.PERMISSION_DENIED,
        "the cluster does not let this user, or one of its groups, be acted for");
    assertFailure(
        releases.install(root, demo(ref, "0.1.0", null)), Reason.PERMISSION_DENIED, "group name");
  }

  @Test
  void createsANamespaceOnlyForWhoMay() {
    ReleaseRef ref = new ReleaseRef(fresh("made-"), "web");

    assertFailure(
        releases.install(TEAM_A, demo(ref, "0.1.0", null)), Reason.PERMISSION_DENIED, "forbidden");
    assertFailure(
        releases.install(PLATFORM, intoExisting(demo(ref, "0.1.0", null))),
        Reason.NOT_FOUND,
        "namespace " + ref.namespace() + " was not found");
    assertThat(success(releases.install(PLATFORM, demo(ref, "0.1.0", null))).status())
        .isEqualTo("deployed");
  }

  private static DeployRequest intoExisting(DeployRequest request) {
    return new DeployRequest(
        request.ref(),
        request.chart(),
        request.version(),
        request.values(),
        request.awaitReady(),
        request.timeout(),
        false,
        request.requestId(),
        request.plan());
  }

  @Test
  void findsNewestRevisionsBySelectorAndPages() {
    String namespace = fresh("paged-");
    kubectl.run("create", "namespace", namespace);
    for (String name : List.of("c", "a", "b")) {
      success(releases.install(PLATFORM, demo(new ReleaseRef(namespace, name), "0.1.0", null)));
    }
    success(releases.upgrade(PLATFORM, demo(new ReleaseRef(namespace, "b"), "0.2.0", null)));

    assertThat(names(namespace, "", 0, 0)).containsExactly("a:1", "b:2", "c:1");
    assertThat(names(namespace, "", 2, 1)).containsExactly("b:2", "c:1");
    assertThat(names(namespace, "name in (a, b)", 0, 0)).containsExactly("a:1", "b:2");
    assertThat(names(namespace, "status=superseded", 0, 0)).isEmpty();
    assertThat(names(namespace, "version=2,status=deployed", 0, 0)).containsExactly("b:2");
    assertFailure(
        releases.search(PLATFORM, new ReleaseQuery(Optional.of(namespace), "name in a", 0, 0)),
        Reason.INVALID_ARGUMENT,
        "unable to parse requirement");
    assertThat(
            success(releases.search(PLATFORM, new ReleaseQuery(Optional.empty(), "", 0, 0)))
                .stream()
                .map(revision -> revision.ref().namespace()))
        .contains(namespace, "team-a");
  }

  @Test
  void showsADamagedRecordAndGoesOn() {
    String namespace = fresh("damaged-");
    kubectl.run("create", "namespace", namespace);
    for (String name : List.of("bad", "good")) {
      success(releases.install(PLATFORM, demo(new ReleaseRef(namespace, name), "0.1.0", null)));
    }
    kubectl.run(
        "patch",
        "secret",
        "sh.helm.release.v1.bad.v1",
        "-n",
        namespace,
        "-p",
        "{\"data\":{\"release\":\"AAAA\"}}");

    List<ReleaseRevision> found =
        success(releases.search(PLATFORM, new ReleaseQuery(Optional.of(namespace), "", 0, 0)));

    assertThat(found).hasSize(2);
    assertThat(found.getFirst().description()).contains("damaged");
    assertThat(found.getFirst().status()).isEqualTo("deployed");
  }

  private static List<String> names(String namespace, String selector, int limit, int offset) {
    return success(
            releases.search(
                PLATFORM, new ReleaseQuery(Optional.of(namespace), selector, limit, offset)))
        .stream()
        .map(revision -> revision.ref().name() + ":" + revision.revision())
        .toList();
  }
}
