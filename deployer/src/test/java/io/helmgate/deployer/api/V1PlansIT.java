package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.SetValue;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Previews and plans on each transport alike, on a real API server. */
@TestInstance(Lifecycle.PER_CLASS)
class V1PlansIT {

  private static final String TEAM_A = "clusters/default/namespaces/team-a";

  private final RunningReplica running;
  private final RunningApi api;

  V1PlansIT(@TempDir Path directory) throws IOException {
    running = RunningReplica.start(directory);
    api = running.api();
  }

  @AfterAll
  void stop() {
    running.close();
  }

  List<V1Client> clients() {
    return V1Client.all(api);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aPreviewIsShownMaskedAndCarriedOutByItsDigest(V1Client client) {
    var id = ReleaseFixture.fresh("v1-");
    var name = TEAM_A + "/releases/" + id;
    client.call("InstallRelease", mixed(id, "first-secret").setWait(true).build()).ok();
    var upgrade =
        UpgradeReleaseRequest.newBuilder()
            .setName(name)
            .setChart("sandbox/mixed")
            .addLayers(struct("text", "a"))
            .addSet(set("password", "second-secret"))
            .addSet(set("text", "b"))
            .build();

    var preview = client.call("PreviewUpgrade", upgrade);
    var digest = preview.text("/plan_digest");
    var wrong =
        client.call(
            "UpgradeRelease",
            upgrade.toBuilder()
                .setPlanDigest(digest)
                .addSet(set("text", "c"))
                .setWait(true)
                .build());
    var upgraded =
        client.call(
            "UpgradeRelease", upgrade.toBuilder().setPlanDigest(digest).setWait(true).build());
    var back =
        client.call("PreviewRollback", RollbackReleaseRequest.newBuilder().setName(name).build());

    assertThat(preview.text("/action")).isEqualTo("OPERATION_ACTION_UPGRADE");
    assertThat(preview.text("/reproducible")).isEqualTo("true");
    assertThat(preview.text("/values_diff")).contains("-text: a", "+text: b");
    assertThat(preview.ok().findValuesAsText("path")).contains("password", "data.text");
    assertThat(preview.ok().toString())
        .contains("<masked>", "+  text: b")
        .doesNotContain("first-secret", "second-secret", "c2Vjb25kLXNlY3JldA");
    assertThat(wrong.text("/error/code")).isEqualTo("9");
    assertThat(wrong.text("/error/message")).contains("the values changed since the preview");
    assertThat(upgraded.text("/response/revision")).isEqualTo("2");
    assertThat(back.text("/revision")).isEqualTo("3");
    assertThat(back.ok().toString()).doesNotContain("first-secret", "second-secret");
    assertThat(read(client, name)).contains("<masked>", "text: b").doesNotContain("second-secret");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void whatIsNotReproducibleIsCarriedOutByAnExplicitWordOnly(V1Client client) {
    var install =
        mixed(ReleaseFixture.fresh("v1-"), "none")
            .addSet(set("template", "{{ (lookup `v1` `Pod` `team-a` `absent`).kind }}"))
            .setWait(true)
            .build();

    var preview = client.call("PreviewInstall", install);
    var planned = install.toBuilder().setPlanDigest(preview.text("/plan_digest")).build();
    var refused = client.call("InstallRelease", planned);
    var installed =
        client.call("InstallRelease", planned.toBuilder().setAllowUnreproducible(true).build());
    var direct =
        client.call(
            "InstallRelease",
            install.toBuilder().setReleaseId(ReleaseFixture.fresh("v1-")).build());
    var ordinary =
        client.call(
            "InstallRelease", mixed(ReleaseFixture.fresh("v1-"), "none").setWait(true).build());

    assertThat(preview.ok().path("reproducible").asBoolean()).isFalse();
    assertThat(preview.text("/notes/0")).contains("(lookup)");
    assertThat(refused.text("/error/code")).isEqualTo("9");
    assertThat(refused.text("/error/message"))
        .contains("the plan is not reproducible", "expected: allow_unreproducible");
    assertThat(refused.ok().path("metadata").path("warnings")).isEmpty();
    assertThat(installed.text("/response/revision")).isEqualTo("1");
    assertThat(installed.text("/metadata/warnings/0")).contains("(lookup)");
    assertThat(direct.text("/response/revision")).isEqualTo("1");
    assertThat(direct.text("/metadata/warnings/0")).contains("(lookup)");
    assertThat(ordinary.ok().path("metadata").path("warnings")).isEmpty();
  }

  private static InstallReleaseRequest.Builder mixed(String id, String password) {
    return InstallReleaseRequest.newBuilder()
        .setParent(TEAM_A)
        .setReleaseId(id)
        .setChart("sandbox/mixed")
        .setValues(struct("password", password))
        .addLayers(struct("text", "a"));
  }

  private static Struct struct(String name, String value) {
    return Struct.newBuilder()
        .putFields(name, Value.newBuilder().setStringValue(value).build())
        .build();
  }

  private static SetValue set(String path, String value) {
    return SetValue.newBuilder()
        .setPath(path)
        .setValue(Value.newBuilder().setStringValue(value))
        .build();
  }

  private static String read(V1Client client, String name) {
    return client
        .call(
            "GetRelease",
            GetReleaseRequest.newBuilder()
                .setName(name)
                .setView(FieldMask.newBuilder().addPaths("values").addPaths("manifest"))
                .build())
        .ok()
        .toString();
  }
}
