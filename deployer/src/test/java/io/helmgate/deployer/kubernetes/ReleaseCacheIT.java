package io.helmgate.deployer.kubernetes;

import static io.helmgate.deployer.ReleaseFixture.PLATFORM;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.fresh;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.deployer.RunningSystem;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DirectListing;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseOrder;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.ReleaseSelection;
import io.helmgate.deployer.release.StoredReleases;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lists from the shared cache, on a real API server. */
final class ReleaseCacheIT {
  @RegisterExtension static final RunningSystem SYSTEM = new RunningSystem();

  private static final AtomicLong NANOS = new AtomicLong();
  private static ExecutorService readers;
  private static ReleaseCache cache;
  private static StoredReleases releases;
  private static StoredReleases direct;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    readers = Executors.newFixedThreadPool(4, Thread.ofVirtual().factory());
    cache =
        ReleaseCache.start(
            Kubeconfig.read(
                SharedSandbox.get().cluster().serviceKubeconfig(), Optional.empty(), directory));
    var ports = SYSTEM.ports();
    var listing = new DirectListing(ports.store());
    direct = new StoredReleases(ports, listing);
    releases =
        new StoredReleases(
            ports, new CachedListing(cache, listing, ports.cluster(), readers, NANOS::get));
    // Without its right the cache stays empty, and lists do without it.
    assertThat(listed(PLATFORM, Optional.empty())).isNotNull();
    assertThat(cache.filled()).isFalse();
    bind("cluster-secrets", "create", "clusterrole", "--verb=list,watch", "--resource=secrets");
    bind(
        "cluster-secrets",
        "create",
        "clusterrolebinding",
        "--clusterrole=cluster-secrets",
        "--user=helmgate");
    await().atMost(Duration.ofSeconds(60)).until(cache::filled);
  }

  @AfterAll
  static void stop() {
    cache.close();
    readers.shutdownNow();
    SYSTEM.kubectl().run("delete", "clusterrole,clusterrolebinding", "cluster-secrets");
  }

  @Test
  void followsReleasesFromInstallationToUninstallation() {
    var ref = new ReleaseRef("team-a", fresh("cached"));
    success(SYSTEM.releases().install(TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 0))));
    await().until(() -> statuses(ref).equals(List.of("1 deployed")));
    var cached = listed(TEAM_A, Optional.of("team-a"));

    success(SYSTEM.releases().upgrade(TEAM_A, demo(ref, "0.2.0", Map.of("replicas", 0))));
    await().until(() -> statuses(ref).equals(List.of("2 deployed")));
    success(SYSTEM.releases().uninstall(TEAM_A, ref));
    await().until(() -> statuses(ref).isEmpty());

    var summary = cached.stream().filter(each -> each.ref().equals(ref)).findFirst().orElseThrow();
    assertThat(summary.chart().name()).isEqualTo("demo");
    assertThat(summary.chart().version()).isEqualTo("0.1.0");
    assertThat(summary.description()).isEqualTo("Install complete");
    assertThat(summary.values()).isEmpty();
  }

  @Test
  void showsTheSameAsWithoutIt() {
    var ref = new ReleaseRef("team-a", fresh("cached"));
    success(SYSTEM.releases().install(TEAM_A, demo(ref, "0.1.0", Map.of("replicas", 0))));
    await().until(() -> !statuses(ref).isEmpty());

    var selection = selection(Optional.of("team-a"), ref.name());
    assertThat(listed(releases, TEAM_A, selection, false))
        .isEqualTo(
            listed(direct, TEAM_A, selection, false).stream().map(ReleaseRevision::bare).toList());
    assertThat(listed(releases, TEAM_A, selection, true))
        .isEqualTo(listed(direct, TEAM_A, selection, true))
        .allMatch(revision -> !revision.values().isEmpty());
  }

  @Test
  void showsToEachCallerWhatKubernetesLetsItRead() {
    var mine = new ReleaseRef("team-a", fresh("cached"));
    var other = new ReleaseRef("team-b", fresh("cached"));
    for (var ref : List.of(mine, other)) {
      success(SYSTEM.releases().install(PLATFORM, demo(ref, "0.1.0", Map.of("replicas", 0))));
    }
    await().until(() -> refs(PLATFORM, Optional.empty()).containsAll(List.of(mine, other)));

    assertThat(refs(TEAM_A, Optional.empty())).contains(mine).doesNotContain(other);
    assertFailure(
        releases.releases(
            TEAM_A,
            selection(Optional.of("team-b"), ""),
            new Page.Wanted(50, Optional.empty()),
            false),
        Reason.PERMISSION_DENIED,
        "team-b");

    var visitor = new Caller("keycloak:visitor", List.of(), "d-9");
    assertThat(refs(visitor, Optional.empty())).isEmpty();
    SYSTEM
        .kubectl()
        .run(
            "create",
            "rolebinding",
            "visitor",
            "-n",
            "team-b",
            "--clusterrole=edit",
            "--user=keycloak:visitor");
    assertThat(refs(visitor, Optional.empty())).isEmpty();
    NANOS.addAndGet(Duration.ofSeconds(6).toNanos());
    await().until(() -> refs(visitor, Optional.empty()).contains(other));
    SYSTEM.kubectl().run("delete", "rolebinding", "visitor", "-n", "team-b");
    NANOS.addAndGet(Duration.ofSeconds(6).toNanos());
    await()
        .until(
            () -> {
              NANOS.addAndGet(Duration.ofSeconds(6).toNanos());
              return refs(visitor, Optional.empty()).isEmpty();
            });
  }

  private static List<String> statuses(ReleaseRef ref) {
    return listed(releases, TEAM_A, selection(Optional.of("team-a"), ref.name()), false).stream()
        .map(revision -> revision.revision() + " " + revision.status())
        .toList();
  }

  private static List<ReleaseRef> refs(Caller caller, Optional<String> namespace) {
    return listed(caller, namespace).stream().map(ReleaseRevision::ref).toList();
  }

  private static List<ReleaseRevision> listed(Caller caller, Optional<String> namespace) {
    return listed(releases, caller, selection(namespace, ""), false);
  }

  private static List<ReleaseRevision> listed(
      StoredReleases from, Caller caller, ReleaseSelection selection, boolean whole) {
    return success(from.releases(caller, selection, new Page.Wanted(500, Optional.empty()), whole))
        .items();
  }

  private static ReleaseSelection selection(Optional<String> namespace, String search) {
    return new ReleaseSelection(namespace, search, Set.of(), "", ReleaseOrder.NAMES);
  }

  private static void bind(String name, String verb, String kind, String... arguments) {
    var command = new ArrayList<>(List.of(verb, kind, name));
    command.addAll(List.of(arguments));
    SYSTEM.kubectl().run(command.toArray(String[]::new));
  }
}
