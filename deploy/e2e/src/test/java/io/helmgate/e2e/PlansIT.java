package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.SetValue;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Previews on each transport, and writes that carry them out. */
class PlansIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String DEMO = "sandbox/demo";
  private static final String FAILED_PRECONDITION = "9";

  static List<V1Client> clients() {
    return HELMGATE.v1(TeamRelease.TEAM_MEMBER);
  }

  static List<V1Client> readers() {
    return HELMGATE.v1("carol");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void whatWasPreviewedIsCarriedOutByItsDigest(V1Client client) {
    var release = TeamRelease.fresh(client, "plan");
    var request =
        release
            .install(DEMO)
            .setWait(true)
            .addSet(
                SetValue.newBuilder()
                    .setPath("settings.dbPassword")
                    .setValue(Values.of("{'v': 'hunter2-hunter2'}").getFieldsOrThrow("v")))
            .build();

    var install = client.call("PreviewInstall", request);
    assertThat(install.text("/reproducible")).as(install.toString()).isEqualTo("true");
    assertThat(install.ok().path("objects").findValuesAsText("change"))
        .hasSize(3)
        .containsOnly("OBJECT_CHANGE_KIND_CREATE");
    assertThat(install.ok().toString()).contains("<masked>").doesNotContain("hunter2");
    assertThat(release.helmHistory()).isEmpty();
    assertThat(release.objects()).isEmpty();
    var planned = request.toBuilder().setPlanDigest(install.text("/plan_digest")).build();
    var other =
        client.call(
            "InstallRelease", planned.toBuilder().setValues(Values.of("{'replicas': 2}")).build());
    assertThat(other.text("/error/code")).as(other.toString()).isEqualTo(FAILED_PRECONDITION);
    assertThat(release.helmHistory()).isEmpty();
    assertThat(client.call("InstallRelease", planned).text("/response/status"))
        .isEqualTo("deployed");

    var upgrading =
        release.upgrade(DEMO).setWait(true).setValues(Values.of("{'replicas': 2}")).build();
    var upgrade = client.call("PreviewUpgrade", upgrading);
    assertThat(upgrade.text("/revision")).isEqualTo("2");
    assertThat(upgrade.ok().findValuesAsText("path")).contains("replicas", "spec.replicas");
    assertThat(
            client
                .call(
                    "UpgradeRelease",
                    upgrading.toBuilder().setPlanDigest(upgrade.text("/plan_digest")).build())
                .text("/response/revision"))
        .isEqualTo("2");

    var rollback = client.call("PreviewRollback", release.rollback(1).setWait(true).build());
    assertThat(rollback.text("/action")).isEqualTo("OPERATION_ACTION_ROLLBACK");
    assertThat(rollback.ok().findValuesAsText("path")).contains("spec.replicas");
    assertThat(
            client
                .call(
                    "RollbackRelease",
                    release
                        .rollback(1)
                        .setWait(true)
                        .setPlanDigest(rollback.text("/plan_digest"))
                        .build())
                .text("/response/revision"))
        .isEqualTo("3");
    assertThat(release.helmHistory())
        .containsExactly(
            "3 deployed demo-0.2.0 Rollback to 1",
            "2 superseded demo-0.2.0 Upgrade complete",
            "1 superseded demo-0.2.0 Install complete");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aPlanIsNotCarriedOutOnWhatSomebodyChangedMeanwhile(V1Client client) {
    var release = TeamRelease.fresh(client, "stale");
    client.call("InstallRelease", release.install(DEMO).setWait(true).build()).ok();
    var request =
        release.upgrade(DEMO).setWait(true).setValues(Values.of("{'replicas': 2}")).build();
    var before = release.helmHistory();

    var plan = client.call("PreviewUpgrade", request).text("/plan_digest");
    HELMGATE.kubectl(
        "patch",
        "deployment",
        release.id(),
        "-n",
        TeamRelease.NAMESPACE,
        "-p",
        "{\"spec\": {\"replicas\": 3}}");
    var refused = client.call("UpgradeRelease", request.toBuilder().setPlanDigest(plan).build());

    assertThat(refused.text("/error/code")).as(refused.toString()).isEqualTo(FAILED_PRECONDITION);
    assertThat(refused.text("/error/message")).contains("since the preview");
    assertThat(before).containsExactly("1 deployed demo-0.2.0 Install complete");
    assertThat(release.helmHistory()).isEqualTo(before);
    assertThat(replicas(release)).isEqualTo(3);

    var again = client.call("PreviewUpgrade", request).text("/plan_digest");
    var upgraded = client.call("UpgradeRelease", request.toBuilder().setPlanDigest(again).build());
    assertThat(again).isNotEqualTo(plan);
    assertThat(upgraded.text("/response/revision")).as(upgraded.toString()).isEqualTo("2");
    assertThat(replicas(release)).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("readers")
  void aReaderMayNotPreview(V1Client client) {
    var release = TeamRelease.fresh(client, "any");

    assertThat(client.call("PreviewInstall", release.install(DEMO).setWait(true).build()).code())
        .isEqualTo(Code.PERMISSION_DENIED);
    assertThat(client.call("PreviewUpgrade", release.upgrade(DEMO).setWait(true).build()).code())
        .isEqualTo(Code.PERMISSION_DENIED);
    assertThat(client.call("PreviewRollback", release.rollback(1).setWait(true).build()).code())
        .isEqualTo(Code.PERMISSION_DENIED);
  }

  private static int replicas(TeamRelease release) {
    return HELMGATE
        .kubectlJson("get", "deployment", release.id(), "-n", TeamRelease.NAMESPACE)
        .at("/spec/replicas")
        .asInt();
  }
}
