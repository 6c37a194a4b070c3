package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Duration;
import com.google.rpc.Code;
import io.helmgate.e2e.client.HelmApi;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Chart;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HistoryFilter;
import io.helmgate.proto.Release;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The eight verbs on the real cluster, over each transport, each result read back with helm. */
final class ReleaseLifecycleIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String NAMESPACE = "team-a";

  static Stream<Arguments> transports() {
    return HELMGATE.apis("alice").stream().map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aReleaseLivesFromInstallToUninstall(HelmApi api) {
    var name = HELMGATE.freshName("life");
    var ref = AppRef.newBuilder().setNamespace(NAMESPACE).setName(name).build();

    var installed =
        api.installApp(
                input(name).setVersion("0.1.0").setValues(Values.of("{'replicas': 1}")).build())
            .orThrow();
    assertThat(installed.getRelease().getStatus()).isEqualTo("deployed");
    assertThat(installed.getRelease().getVersion()).isEqualTo(1);
    assertThat(installed.getChart().getVersion()).isEqualTo("0.1.0");
    var listed = HELMGATE.helmJson("list", "-n", NAMESPACE, "--filter", "^" + name + "$").path(0);
    assertThat(listed.path("status").asText()).isEqualTo("deployed");
    assertThat(listed.path("chart").asText()).isEqualTo("demo-0.1.0");

    var upgraded =
        api.updateApp(input(name).setValues(Values.of("{'replicas': 2}")).build()).orThrow();
    assertThat(upgraded.getRelease().getVersion()).isEqualTo(2);
    assertThat(upgraded.getChart().getVersion()).as("the newest stable version").isEqualTo("0.2.0");
    assertThat(replicas(name)).isEqualTo(2);

    assertThat(api.getApp(ref).orThrow()).isEqualTo(upgraded);

    var rolledBack = api.rollbackApp(ref).orThrow();
    assertThat(rolledBack.getRelease().getVersion()).isEqualTo(3);
    assertThat(rolledBack.getRelease().getConfig()).isEqualTo(Values.of("{'replicas': 1}"));
    assertThat(rolledBack.getChart().getVersion()).isEqualTo("0.1.0");
    assertThat(replicas(name)).isEqualTo(1);

    assertThat(history(api, ref))
        .extracting(Release::getVersion, Release::getStatus)
        .containsExactly(tuple(3, "deployed"), tuple(2, "superseded"), tuple(1, "superseded"));
    assertThat(HELMGATE.helmJson("history", name, "-n", NAMESPACE))
        .extracting(revision -> revision.path("revision").asInt())
        .containsExactly(1, 2, 3);
    assertThat(
            HELMGATE.helmJson("history", name, "-n", NAMESPACE).get(2).path("description").asText())
        .isEqualTo("Rollback to 1");

    assertThat(api.uninstallApp(ref).orThrow()).isTrue();
    assertThat(api.getApp(ref).code()).isEqualTo(Code.NOT_FOUND);
    assertThat(HELMGATE.helmJson("list", "-a", "-n", NAMESPACE, "--filter", "^" + name + "$"))
        .isEmpty();
    assertThat(
            HELMGATE.kubectl(
                "get",
                "deploy,svc,cm",
                "-n",
                NAMESPACE,
                "-l",
                "app.kubernetes.io/instance=" + name,
                "-o",
                "name"))
        .isBlank();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void valuesKeepTheirTypes(HelmApi api) {
    var name = HELMGATE.freshName("types");
    var values =
        Values.of(
            "{'settings': {'yes': 'y', 'agent': '007', 'count': 3, 'ratio': 1.5, 'on': true,"
                + " 'off': false, 'list': [1, 'two', {'three': 3}], 'nested': {'deep': {'er': 'x'}},"
                + " 'text': 'a,b=c {{ .Values.x }}', 'empty': ''}}");

    api.installApp(input(name).setValues(values).build()).orThrow();

    assertThat(Values.struct(HELMGATE.helmJson("get", "values", name, "-n", NAMESPACE).toString()))
        .isEqualTo(values);
    var rendered =
        HELMGATE.kubectlJson("get", "configmap", name, "-n", NAMESPACE).path("data").path("values");
    assertThat(Values.struct(rendered.asText()).getFieldsOrThrow("settings"))
        .isEqualTo(values.getFieldsOrThrow("settings"));
    var read = AppRef.newBuilder().setNamespace(NAMESPACE).setName(name).build();
    assertThat(api.getApp(read).orThrow().getRelease().getConfig()).isEqualTo(values);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void upstreamsFlatConfigSetsTopLevelStrings(HelmApi api) {
    var name = HELMGATE.freshName("flat");

    api.installApp(input(name).putConfig("greeting", "007").build()).orThrow();

    var greeting = HELMGATE.helmJson("get", "values", name, "-n", NAMESPACE).path("greeting");
    assertThat(greeting.isTextual()).isTrue();
    assertThat(greeting.asText()).isEqualTo("007");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void anUpgradeWithoutValuesKeepsTheOldOnes(HelmApi api) {
    var name = HELMGATE.freshName("reuse");
    api.installApp(input(name).setVersion("0.1.0").setValues(Values.of("{'replicas': 3}")).build())
        .orThrow();

    var upgraded = api.updateApp(input(name).build()).orThrow();

    assertThat(upgraded.getRelease().getConfig()).isEqualTo(Values.of("{'replicas': 3}"));
    assertThat(replicas(name)).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aRepeatedRequestIdReturnsTheFirstResult(HelmApi api) {
    var name = HELMGATE.freshName("again");
    var request = input(name).setRequestId("0f0e8ea5-4a6e-4f2c-9b35-5f9c3b6f1a11").build();

    var first = api.installApp(request).orThrow();

    assertThat(api.installApp(request).orThrow()).isEqualTo(first);
    assertThat(api.installApp(request.toBuilder().clearRequestId().build()).code())
        .isEqualTo(Code.ALREADY_EXISTS);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void releasesAreListedByNamespaceAndForAll(HelmApi api) {
    var name = HELMGATE.freshName("list");
    api.installApp(input(name).build()).orThrow();

    assertThat(api.searchApps(AppFilter.newBuilder().setNamespace(NAMESPACE).build()).orThrow())
        .extracting(App::getName)
        .contains(name)
        .isSorted();
    assertThat(api.searchApps(AppFilter.getDefaultInstance()).orThrow())
        .extracting(App::getName)
        .contains(name);
    assertThat(
            api.searchApps(
                    AppFilter.newBuilder()
                        .setNamespace(NAMESPACE)
                        .setSelector("name=" + name)
                        .build())
                .orThrow())
        .extracting(App::getName)
        .containsExactly(name);
    assertThat(
            api.searchApps(AppFilter.newBuilder().setNamespace(NAMESPACE).setLimit(1).build())
                .orThrow())
        .hasSize(1);
    assertThat(api.searchApps(AppFilter.newBuilder().setNamespace("team-b").build()).orThrow())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void chartsAreFoundByTextAndByExpression(HelmApi api) {
    assertThat(api.searchCharts(ChartFilter.newBuilder().setTerm("demo").build()).orThrow())
        .extracting(Chart::getName, Chart::getVersion)
        .contains(tuple("sandbox/demo", "0.2.0"), tuple("sandbox/demo", "0.1.0"));
    assertThat(
            api.searchCharts(
                    ChartFilter.newBuilder().setTerm("^sandbox/d.*o$").setRegex(true).build())
                .orThrow())
        .isNotEmpty();
    assertThat(
            api.searchCharts(ChartFilter.newBuilder().setTerm("no-such-chart").build()).orThrow())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void waitingEndsAtTheTimeoutAndLeavesAFailedRevision(HelmApi api) {
    var name = HELMGATE.freshName("stuck");
    var reply =
        api.installApp(
            input(name)
                .setValues(Values.of("{'nodeSelector': {'no': 'such-node'}}"))
                .setTimeout(Duration.newBuilder().setSeconds(3))
                .build());

    assertThat(reply.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(
            HELMGATE.helmJson("status", name, "-n", NAMESPACE).path("info").path("status").asText())
        .isEqualTo("failed");
  }

  private static AppInput.Builder input(String name) {
    return AppInput.newBuilder().setNamespace(NAMESPACE).setChart("sandbox/demo").setAppName(name);
  }

  private static List<Release> history(HelmApi api, AppRef ref) {
    return api.getHistory(HistoryFilter.newBuilder().setRef(ref).build()).orThrow().stream()
        .map(App::getRelease)
        .toList();
  }

  private static int replicas(String name) {
    return HELMGATE
        .kubectlJson("get", "deployment", name, "-n", NAMESPACE)
        .path("spec")
        .path("replicas")
        .asInt();
  }
}
