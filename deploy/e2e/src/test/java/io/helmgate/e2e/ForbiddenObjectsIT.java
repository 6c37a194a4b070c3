package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a chart creates that its caller may not, told on each transport before it is there. */
class ForbiddenObjectsIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String MIXED = "sandbox/mixed";
  private static final String PERMISSION_DENIED = "7";

  static List<V1Client> clients() {
    return HELMGATE.v1(TeamRelease.TEAM_MEMBER);
  }

  @BeforeAll
  static void addChart() {
    HELMGATE.addChart("mixed");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void eachIsNamedAndNothingOfTheReleaseExists(V1Client client) {
    var release = TeamRelease.fresh(client, "forbidden");
    var request =
        release
            .install(MIXED)
            .setWait(true)
            .setValues(Values.of("{'quota': true, 'quotaHook': true, 'count': 2}"))
            .build();

    var refused = client.call("InstallRelease", request);

    assertThat(refused.text("/error/code")).as(refused.toString()).isEqualTo(PERMISSION_DENIED);
    assertThat(refused.text("/error/message"))
        .contains(
            "user \"keycloak:bob\" is forbidden to create ResourceQuota \"%s\" in namespace team-a, "
                .formatted(release.id()),
            "create ResourceQuota \"%s-hook\" in namespace team-a".formatted(release.id()));
    assertThat(release.read("status").code()).isEqualTo(Code.NOT_FOUND);
    assertThat(release.helmHistory()).isEmpty();
    assertThat(release.objects()).isEmpty();

    // Who may, may.
    var installed = HELMGATE.v1("alice").getFirst().call("InstallRelease", request);
    assertThat(installed.text("/response/status")).as(installed.toString()).isEqualTo("deployed");
    assertThat(release.objects())
        .contains(
            "resourcequota/" + release.id(),
            "resourcequota/" + release.id() + "-hook",
            "configmap/" + release.id() + "-1");
  }
}
