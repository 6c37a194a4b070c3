package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Value;
import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import io.helmgate.kit.client.V1Client.Result;
import io.helmgate.proto.deployer.v1.SetValue;
import io.helmgate.proto.deployer.v1.ValuesSource;
import io.helmgate.proto.deployer.v1.ValuesSourceKind;
import io.helmgate.proto.deployer.v1.WatchOperationRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Secret and wrong values on each transport: Helm gets them, and no answer and no log has them. */
class ValuesIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String DEMO = "sandbox/demo";
  private static final String CHECKED = "sandbox/checked";
  private static final String INVALID_ARGUMENT = "3";

  static List<V1Client> clients() {
    return HELMGATE.v1(TeamRelease.TEAM_MEMBER);
  }

  @BeforeAll
  static void addChart() {
    HELMGATE.addChart("checked");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void secretValuesReachTheChartAndNobodyWhoReads(V1Client client) {
    var release = TeamRelease.fresh(client, "secret");
    var referenced = secret(release, "Referenced_");
    var plain = unique("plain");
    var layered = unique("layered");
    var set = unique("set");

    var installed =
        client.call(
            "InstallRelease",
            release
                .install(DEMO)
                .setWait(true)
                .setValues(
                    Values.of("{'settings': {'password': '%s', 'open': 'seen'}}".formatted(plain)))
                .addLayers(Values.of("{'settings': {'db_password': '%s'}}".formatted(layered)))
                .addSet(
                    SetValue.newBuilder()
                        .setPath("settings.passwords.admin")
                        .setValue(Value.newBuilder().setStringValue(set)))
                .addValuesFrom(source(release, "settings.dsn"))
                .build());
    var read = release.read("values", "manifest", "notes", "hooks");
    var upgrade =
        client.call(
            "PreviewUpgrade", release.upgrade(DEMO).setWait(true).setVersion("0.1.0").build());
    var events =
        client.stream(
            "WatchOperation",
            WatchOperationRequest.newBuilder().setName(installed.text("/name")).build(),
            _ -> false);

    assertThat(installed.text("/response/status")).as(installed.toString()).isEqualTo("deployed");
    assertThat(release.helmValues().path("settings"))
        .isEqualTo(
            Values.parse(
                """
                {"password": "%s", "open": "seen", "db_password": "%s",
                 "passwords": {"admin": "%s"}, "dsn": "%s"}
                """
                    .formatted(plain, layered, set, referenced)));
    assertThat(read.ok().at("/values/settings").toString())
        .contains("\"dsn\":\"<masked>\"", "\"password\":\"<masked>\"", "\"open\":\"seen\"");
    assertThat(upgrade.ok().toString()).contains("<masked>");
    assertThat(events).isNotEmpty();
    assertHidden(
        release,
        List.of(referenced, plain, layered, set),
        List.of(installed, read, upgrade, release.operations(0, ""), release.revisions()),
        events);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aFailureTellsNoSecretValue(V1Client client) {
    var release = TeamRelease.fresh(client, "untold");
    // No name of an object, which the cluster says with the value.
    var referenced = secret(release, "Not_A_Name_");
    var plain = unique("plain");

    var failed =
        client.call(
            "InstallRelease",
            release
                .install(CHECKED)
                .setWait(true)
                .setValues(Values.of("{'password': '%s'}".formatted(plain)))
                .addValuesFrom(source(release, "name"))
                .build());
    var events =
        client.stream(
            "WatchOperation",
            WatchOperationRequest.newBuilder().setName(failed.text("/name")).build(),
            _ -> false);

    assertThat(failed.text("/error/code")).as(failed.toString()).isEqualTo(INVALID_ARGUMENT);
    assertThat(failed.text("/error/message")).contains("ConfigMap", "<masked>", "is invalid");
    assertThat(events.getLast().at("/operation/error/message").asText()).contains("<masked>");
    assertThat(release.helmHistory()).isEmpty();
    assertHidden(
        release, List.of(referenced, plain), List.of(failed, release.operations(0, "")), events);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aValueThatBreaksTheSchemaOfTheChartIsNamed(V1Client client) {
    var release = TeamRelease.fresh(client, "schema");
    var tooBig =
        release.install(CHECKED).setWait(true).setValues(Values.of("{'size': 11}")).build();

    var previewed = client.call("PreviewInstall", tooBig);
    var installed = client.call("InstallRelease", tooBig);

    assertThat(previewed.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(previewed.fields()).containsExactly("values.size");
    assertThat(installed.text("/error/code")).isEqualTo(INVALID_ARGUMENT);
    assertThat(installed.text("/error/message"))
        .contains("values.size: must have a maximum value of 10");
    assertThat(installed.ok().at("/error/details").findValuesAsText("field"))
        .as(installed.toString())
        .containsExactly("values.size");
    assertThat(release.helmHistory()).isEmpty();
    assertThat(
            client
                .call(
                    "InstallRelease",
                    tooBig.toBuilder().setValues(Values.of("{'size': 10}")).build())
                .text("/response/status"))
        .isEqualTo("deployed");
  }

  /** A value that stands nowhere else. */
  private static String unique(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "");
  }

  /** Makes a Secret with one value, which it returns. */
  private static String secret(TeamRelease release, String prefix) {
    var value = unique(prefix);
    HELMGATE.kubectl(
        "create",
        "secret",
        "generic",
        release.id() + "-values",
        "-n",
        TeamRelease.NAMESPACE,
        "--from-literal=pass=" + value);
    return value;
  }

  private static ValuesSource source(TeamRelease release, String path) {
    return ValuesSource.newBuilder()
        .setKind(ValuesSourceKind.VALUES_SOURCE_KIND_SECRET)
        .setName(release.id() + "-values")
        .setKey("pass")
        .setTargetPath(path)
        .build();
  }

  private static void assertHidden(
      TeamRelease release, List<String> secrets, List<Result> answers, List<JsonNode> events) {
    var deployer = HELMGATE.deployerLog();
    var extauthz = HELMGATE.extauthzLog();
    assertThat(deployer.lines())
        .anyMatch(line -> line.contains("io.helmgate.audit") && line.contains(release.id()));
    assertThat(extauthz).contains(release.id());
    for (var secret : secrets) {
      for (var form : List.of(secret, base64(secret))) {
        assertThat(answers).allSatisfy(answer -> hides(answer.ok().toString(), form));
        hides(events.toString(), form);
        hides(deployer, form);
        hides(extauthz, form);
      }
    }
  }

  /** Without the whole text in the message: a log is long. */
  private static void hides(String text, String secret) {
    int at = text.indexOf(secret);
    assertThat(at < 0 ? "" : text.substring(Math.max(0, at - 500), at)).isEmpty();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
