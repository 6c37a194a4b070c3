package io.helmgate.deployer.api;

import static io.helmgate.deployer.api.V1Requests.cluster;
import static io.helmgate.deployer.api.V1Requests.get;
import static io.helmgate.deployer.api.V1Requests.install;
import static io.helmgate.deployer.api.V1Requests.installed;
import static io.helmgate.deployer.api.V1Requests.names;
import static io.helmgate.deployer.api.V1Requests.operations;
import static io.helmgate.deployer.api.V1Requests.release;
import static io.helmgate.deployer.api.V1Requests.releases;
import static io.helmgate.deployer.api.V1Requests.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Code;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.ListClustersRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Component;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import io.helmgate.sandbox.cluster.Cluster;
import io.helmgate.sandbox.cluster.ControlPlane;
import io.helmgate.sandbox.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One deployer on two real clusters, by each transport. */
@TestInstance(Lifecycle.PER_CLASS)
class ClustersIT {

  private static final String NEAR = "clusters/near";
  private static final String FAR = "clusters/far";
  private static final Duration FAR_TIMEOUT = Duration.ofSeconds(2);

  /** Less than anything takes that waits for a default timeout, and more than a busy machine. */
  private static final Duration SLOW_MACHINE = Duration.ofSeconds(25);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final Sandbox near = SharedSandbox.get();
  private final Sandbox far;
  private final TestAssertions assertions;
  private final RunningDeployer deployer;

  ClustersIT(@TempDir Path directory) {
    this.directory = directory;
    this.far =
        Sandbox.start(
            SandboxOptions.in(Checkout.find())
                .run(directory.resolve("far"))
                .only(Component.CLUSTER));
    this.assertions = new TestAssertions(directory, "keycloak:bob", "keycloak:team-a");
    this.deployer = deployer();
  }

  private RunningDeployer deployer() {
    return new RunningDeployer(
        directory,
        near.tls(),
        near.charts().url(),
        assertions,
        """
          default_cluster: near
          clusters:
            - {name: near, kubeconfig: %s}
            - {name: far, kubeconfig: %s, request_timeout: %ds, calls: 8}
        """
            .formatted(
                near.cluster().serviceKubeconfig(),
                far.cluster().serviceKubeconfig(),
                FAR_TIMEOUT.toSeconds()));
  }

  @AfterAll
  void stop() {
    deployer.close();
    far.close();
  }

  List<V1Client> clients() {
    return V1Client.all(deployer);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theSameNameOnTwoClustersIsTwoReleases(V1Client client) throws Exception {
    var id = ReleaseFixture.fresh("twin-");

    var both =
        sideBySide(
            List.of(() -> installed(client, NEAR, id, 1), () -> installed(client, FAR, id, 2)));
    var names = both.stream().map(operation -> operation.text("/response/name")).toList();
    var operation = both.getFirst().text("/name");
    var elsewhere = operation.replace(NEAR, FAR);
    var found = client.call("ListReleases", releases("-", "team-a", id).build());
    var first = client.call("ListReleases", releases("-", "team-a", id).setPageSize(1).build());
    var second =
        client.call(
            "ListReleases",
            releases("-", "team-a", id)
                .setPageSize(1)
                .setPageToken(first.text("/next_page_token"))
                .build());
    var operations = client.call("ListOperations", operations("-", "team-a", id).build());
    var newer = client.call("ListOperations", operations("-", "team-a", id).setPageSize(1).build());
    var older =
        client.call(
            "ListOperations",
            operations("-", "team-a", id)
                .setPageSize(1)
                .setPageToken(newer.text("/next_page_token"))
                .build());
    var gone =
        client.call(
            "UninstallRelease",
            UninstallReleaseRequest.newBuilder()
                .setName(NEAR + "/namespaces/team-a/releases/" + id)
                .setWait(true)
                .build());

    assertThat(names).containsExactly(release(NEAR, id), release(FAR, id));
    assertThat(get(client, elsewhere).code()).isEqualTo(Code.NOT_FOUND);
    assertThat(get(client, operation).ok().path("done").asBoolean()).isTrue();
    assertThat(names(found, "releases")).containsExactly(release(FAR, id), release(NEAR, id));
    assertThat(found.ok().has("unreachable")).isFalse();
    assertThat(names(first, "releases")).containsExactly(release(FAR, id));
    assertThat(names(second, "releases")).containsExactly(release(NEAR, id));
    assertThat(second.ok().has("next_page_token")).isFalse();
    assertThat(operations.ok().path("operations").findValuesAsText("release"))
        .containsExactlyInAnyOrder(release(FAR, id), release(NEAR, id));
    assertThat(List.of(newer, older))
        .flatMap(page -> names(page, "operations"))
        .isEqualTo(names(operations, "operations"));
    assertThat(gone.ok().path("done").asBoolean()).isTrue();
    assertThat(replicas(far.cluster(), id)).as("far is left alone").isEqualTo("2");
    assertThat(near.cluster().helm().run("list", "-n", "team-a", "-q")).doesNotContain(id);
    assertThat(far.cluster().helm().run("list", "-n", "team-a", "-q")).contains(id);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void clustersTellHowTheyAre(V1Client client) {
    var all = client.call("ListClusters", ListClustersRequest.getDefaultInstance());
    var page = client.call("ListClusters", ListClustersRequest.newBuilder().setPageSize(1).build());
    var one = cluster(client, FAR);

    assertThat(names(all, "clusters")).containsExactly(FAR, NEAR);
    assertThat(names(page, "clusters")).containsExactly(FAR);
    assertThat(page.text("/next_page_token")).isNotEmpty();
    assertThat(all.text("/clusters/1/facade")).isEqualTo("true");
    assertThat(one.ok().has("facade")).isFalse();
    assertThat(one.text("/reachable")).isEqualTo("true");
    assertThat(one.text("/admits_caller")).isEqualTo("true");
    assertThat(one.text("/kubernetes_version")).startsWith("v1.");
    assertThat(one.text("/platform")).startsWith("linux/");
    assertThat(one.text("/latency")).endsWith("s");
    assertThat(Instant.parse(one.text("/check_time")))
        .isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(one.ok().has("error")).isFalse();
    assertThat(cluster(client, "clusters/none").code()).isEqualTo(Code.NOT_FOUND);
    assertThat(cluster(client, "clusters/none").message()).contains("none");
    assertThat(client.call("ListReleases", releases("none", "team-a", "").build()).fields())
        .containsExactly("parent");
    assertThat(client.call("InstallRelease", install("clusters/-", "web", 1)).fields())
        .containsExactly("parent");
  }

  @Test
  void aCallerSeesTheClustersThatLetItIn() {
    var id = ReleaseFixture.fresh("own-");
    allowInNear("keycloak:carl");
    for (var client : V1Client.all(deployer.as("keycloak:carl"))) {
      var name = id + client.toString().toLowerCase(java.util.Locale.ROOT).replaceAll("\\W.*", "");

      var refused = client.call("InstallRelease", install(FAR, name, 1));
      var installed = installed(client, NEAR, name, 1);
      var found = client.call("ListReleases", releases("-", "team-a", name).build());
      var operations = client.call("ListOperations", operations("-", "team-a", name).build());
      var nowhere = client.call("ListReleases", releases("-", "team-b", "").build());

      assertThat(refused.code()).isEqualTo(Code.PERMISSION_DENIED);
      assertThat(installed.ok().path("done").asBoolean()).isTrue();
      assertThat(names(found, "releases")).containsExactly(release(NEAR, name));
      assertThat(found.ok().has("unreachable")).isFalse();
      assertThat(operations.ok().path("operations").findValuesAsText("release"))
          .containsExactly(release(NEAR, name));
      assertThat(nowhere.code()).isEqualTo(Code.PERMISSION_DENIED);
      assertThat(far.cluster().helm().run("list", "-A", "-q")).doesNotContain(name);
    }
    var stranger = V1Client.all(deployer.as("keycloak:eve", "keycloak:unknown")).getFirst();
    var one = cluster(stranger, FAR);
    assertThat(one.text("/reachable")).isEqualTo("true");
    assertThat(one.ok().has("admits_caller")).isFalse();
    assertThat(one.text("/error")).contains("acted for").doesNotContain("unknown", "helmgate");
  }

  @Test
  void whatIsOnNoClusterAndWhatIsOnOthersGoesOnWhileOneIsDown() {
    var id = ReleaseFixture.fresh("kept-");
    installed(clients().getFirst(), NEAR, id, 1);
    installed(clients().getFirst(), FAR, id, 1);
    apiServer().stop();
    try {
      for (var client : clients()) {
        goesOn(client, id);
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(deployer.readiness())
                      .startsWith("200")
                      .contains("ok cluster near: v1.", "degraded cluster far: "));
      try (var second = deployer()) {
        assertThat(second.readiness()).startsWith("200");
        var client = V1Client.all(second).getFirst();
        assertThat(client.call("GetRelease", get(release(NEAR, id))).code()).isEqualTo(Code.OK);
        assertThat(client.call("GetRelease", get(release(FAR, id))).code())
            .isEqualTo(Code.UNAVAILABLE);
        apiServer().start();
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  assertThat(client.call("GetRelease", get(release(FAR, id))).code())
                      .isEqualTo(Code.OK);
                  assertThat(second.readiness()).contains("ok cluster far: v1.");
                });
      }
    } finally {
      apiServer().start();
    }
    assertThat(installed(clients().getFirst(), FAR, id + "-again", 1).code()).isEqualTo(Code.OK);
    for (var client : clients()) {
      assertThat(cluster(client, FAR).text("/reachable")).isEqualTo("true");
      var all = client.call("ListReleases", releases("-", "team-a", id).build());
      assertThat(all.ok().has("unreachable")).isFalse();
      assertThat(names(all, "releases")).contains(release(FAR, id));
    }
  }

  private void goesOn(V1Client client, String id) {
    var far = timed(() -> client.call("InstallRelease", install(FAR, id + "-no", 1)));
    var info = timed(() -> cluster(client, FAR));
    var releases = client.call("ListReleases", releases("-", "team-a", id).build());
    var operations = client.call("ListOperations", operations("-", "team-a", "").build());
    var near = installed(client, NEAR, id + "-on" + index(client), 1);

    assertThat(far.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(info.ok().has("reachable")).isFalse();
    assertThat(info.text("/error")).contains("cannot be reached").doesNotContain("127.0.0.1");
    assertThat(texts(releases, "unreachable")).containsExactly(FAR);
    assertThat(names(releases, "releases"))
        .contains(release(NEAR, id))
        .allMatch(name -> name.startsWith(NEAR));
    assertThat(texts(operations, "unreachable")).containsExactly(FAR);
    assertThat(near.ok().path("done").asBoolean()).isTrue();
  }

  @Test
  void aClusterThatHangsTakesNoCallsFromOthers() throws Exception {
    var id = ReleaseFixture.fresh("hang-");
    var client = clients().getFirst();
    installed(client, NEAR, id, 1);
    installed(client, FAR, id, 1);
    signal("STOP");
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var start = Instant.now();
      List<Future<V1Client.Result>> hanging = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        hanging.add(callers.submit(() -> client.call("GetRelease", get(release(FAR, id)))));
      }
      for (var each : clients()) {
        assertThat(each.call("GetRelease", get(release(NEAR, id))).code()).isEqualTo(Code.OK);
      }
      List<Code> codes = new ArrayList<>();
      for (var each : hanging) {
        codes.add(each.get().code());
      }
      var took = Duration.between(start, Instant.now());
      var all = timed(() -> client.call("ListReleases", releases("-", "team-a", id).build()));
      var info = cluster(client, FAR);

      assertThat(codes).containsOnly(Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED);
      assertThat(codes).contains(Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED);
      assertThat(took).isLessThan(SLOW_MACHINE);
      assertThat(texts(all, "unreachable")).containsExactly(FAR);
      assertThat(info.text("/error")).contains("did not answer in time");
      assertThat(Double.parseDouble(info.text("/latency").replace("s", "")))
          .as("its own request timeout, not the default of 10 s")
          .isBetween(1.9, 9.0);
    } finally {
      signal("CONT");
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(client.call("GetRelease", get(release(FAR, id))).code())
                    .isEqualTo(Code.OK));
  }

  /** Whatever comes of it, it comes soon. */
  private static V1Client.Result timed(Callable<V1Client.Result> call) {
    var start = Instant.now();
    try {
      var result = call.call();
      assertThat(Duration.between(start, Instant.now())).isLessThan(FAR_TIMEOUT.plus(SLOW_MACHINE));
      return result;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private ServerProcess apiServer() {
    return ((ControlPlane) far.cluster()).apiServer();
  }

  private void signal(String name) throws IOException, InterruptedException {
    var pid = Long.toString(apiServer().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor()).isZero();
  }

  private void allowInNear(String user) {
    near.cluster()
        .kubectl()
        .run(
            "create",
            "rolebinding",
            "clusters-it",
            "--namespace=team-a",
            "--clusterrole=admin",
            "--user=" + user);
  }

  private static List<V1Client.Result> sideBySide(List<Callable<V1Client.Result>> calls)
      throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<V1Client.Result> results = new ArrayList<>();
      for (var each : callers.invokeAll(calls)) {
        results.add(each.get());
      }
      return results;
    }
  }

  private int index(V1Client client) {
    return clients().stream().map(Object::toString).toList().indexOf(client.toString());
  }

  private static String replicas(Cluster cluster, String id) {
    return cluster
        .kubectl()
        .run("get", "deployment", id, "-n", "team-a", "-o", "jsonpath={.spec.replicas}");
  }
}
