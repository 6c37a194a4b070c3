package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Component;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import io.helmgate.sandbox.cluster.Cluster;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One deployer on two real clusters. */
final class SecondClusterIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String SECOND = "clusters/second";
  private static final String CLUSTERS = "  clusters:\n    - ";

  /** What the policy that ships says of teams, and the same without the second cluster. */
  private static final String TEAMS = "\tnamespaces == {team}\n";

  private static final String NOT_ON_SECOND =
      TEAMS + "\tcount(clusters & {\"second\", \"-\"}) == 0\n";

  private static final String CLUSTER_OF_REQUEST =
      """

      clusters contains parts[1] if {
        some field in ["name", "parent"]
        parts := split(input.request[field], "/")
        parts[0] == "clusters"
      }
      """;

  @Test
  void aSecondClusterIsDeployedToAndThePolicyDecidesByItsName() {
    var options =
        SandboxOptions.in(Checkout.find())
            .run(HELMGATE.runDirectory().resolve("second-cluster"))
            .only(Component.CLUSTER);
    try (var second = Sandbox.start(options)) {
      HELMGATE
          .deployers()
          .configured(
              configuration -> added(configuration, second.cluster()),
              () -> {
                installsOnBoth(second.cluster());
                try {
                  HELMGATE.usePolicy(notOnSecond());
                  theSecondOneIsForbidden();
                } finally {
                  HELMGATE.usePolicy(HELMGATE.examplePolicy());
                }
              });
    }
  }

  private static String added(String configuration, Cluster second) {
    assertThat(configuration).contains(CLUSTERS);
    return configuration.replace(
        CLUSTERS,
        "  default_cluster: default\n  clusters:\n    - {name: second, kubeconfig: %s}\n    - "
            .formatted(second.serviceKubeconfig()));
  }

  private static void installsOnBoth(Cluster second) {
    var near = TeamRelease.onEachTransport("twin");
    for (var release : near) {
      var twin = new TeamRelease(release.client(), SECOND, release.id());

      install(release);
      install(twin);

      assertThat(releases(release, "clusters/-")).containsExactly(release.name(), twin.name());
      assertThat(releases(release, SECOND)).containsExactly(twin.name());
      assertThat(release.helmStatus()).isEqualTo("deployed");
      assertThat(second.helm().run("list", "-q", "-n", TeamRelease.NAMESPACE))
          .contains(release.id());
    }
  }

  private static void install(TeamRelease release) {
    var request = release.install("sandbox/demo").setWait(true).setSkipReadiness(true);
    release.assertSucceeded(release.client().call("InstallRelease", request.build()));
    assertThat(release.read().text("/name")).isEqualTo(release.name());
  }

  private static List<String> releases(TeamRelease release, String cluster) {
    var found = list(release, cluster);
    assertThat(found.ok().has("unreachable")).as("%s", found).isFalse();
    return found.ok().path("releases").findValuesAsText("name").stream()
        .filter(name -> name.endsWith("/" + release.id()))
        .toList();
  }

  private static V1Client.Result list(TeamRelease release, String cluster) {
    return release
        .client()
        .call(
            "ListReleases",
            ListReleasesRequest.newBuilder()
                .setParent(cluster + "/namespaces/" + TeamRelease.NAMESPACE)
                .setSearch(release.id())
                .build());
  }

  private static void theSecondOneIsForbidden() {
    for (var release : TeamRelease.onEachTransport("twin", SECOND)) {
      var near = new TeamRelease(release.client(), TeamRelease.DEFAULT, release.id());

      install(near);

      assertThat(near.status()).isEqualTo("deployed");
      var request = release.install("sandbox/demo").setWait(true).build();
      for (var refused :
          List.of(
              release.client().call("InstallRelease", request),
              release.read(),
              list(release, SECOND),
              list(release, "clusters/-"))) {
        assertThat(refused.code()).as("%s", refused).isEqualTo(Code.PERMISSION_DENIED);
      }
    }
  }

  private static String notOnSecond() {
    var policy = HELMGATE.examplePolicy();
    assertThat(policy).contains(TEAMS);
    return policy.replace(TEAMS, NOT_ON_SECOND) + CLUSTER_OF_REQUEST;
  }
}
