package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.rpc.Code;
import io.helmgate.e2e.client.HelmApi;
import io.helmgate.e2e.client.Reply;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input gets a clear error with the right code, and no trace of internals. */
final class BadInputIT {

  private static final Running HELMGATE = Running.helmgate();

  static List<HelmApi> transports() {
    return HELMGATE.apis("alice");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void anUnknownChartIsNotFound(HelmApi api) {
    expect(
        api.installApp(input().setChart("sandbox/nope").build()), Code.NOT_FOUND, "sandbox/nope");
    expect(api.installApp(input().setChart("nope/demo").build()), Code.NOT_FOUND, "nope");
    expect(api.installApp(input().setVersion("9.9.9").build()), Code.NOT_FOUND, "9.9.9");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aChartThatIsNoReferenceIsRefused(HelmApi api) {
    for (var chart :
        List.of("demo", "/etc/passwd", "https://127.0.0.1/demo.tgz", "a/b/c", "../demo")) {
      expect(api.installApp(input().setChart(chart).build()), Code.INVALID_ARGUMENT, "chart");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aBadReleaseNameIsRefused(HelmApi api) {
    for (var name : List.of("Bad_Name", "x".repeat(54), "-x", "a..b")) {
      expect(api.installApp(input().setAppName(name).build()), Code.INVALID_ARGUMENT, "app_name");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aMissingFieldIsNamed(HelmApi api) {
    expect(api.installApp(input().setChart("").build()), Code.INVALID_ARGUMENT, "chart");
    expect(api.installApp(input().setAppName("").build()), Code.INVALID_ARGUMENT, "app_name");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void contradictingFieldsAreRefused(HelmApi api) {
    expect(
        api.installApp(input().putConfig("a", "b").setValues(Values.of("{'c': 1}")).build()),
        Code.INVALID_ARGUMENT,
        "values");
    expect(
        api.installApp(input().setTimeout(Duration.newBuilder().setSeconds(301)).build()),
        Code.INVALID_ARGUMENT,
        "timeout");
    expect(
        api.installApp(input().setRequestId("not-a-uuid").build()),
        Code.INVALID_ARGUMENT,
        "request_id");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aReleaseThatIsNotThereIsNotFound(HelmApi api) {
    var ref = AppRef.newBuilder().setNamespace("team-a").setName("not-there").build();
    expect(api.getApp(ref), Code.NOT_FOUND, "not-there");
    expect(api.rollbackApp(ref), Code.NOT_FOUND, "not-there");
    expect(api.uninstallApp(ref), Code.NOT_FOUND, "not-there");
    expect(api.updateApp(input().setAppName("not-there").build()), Code.NOT_FOUND, "not-there");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aFirstRevisionCannotBeRolledBack(HelmApi api) {
    var name = HELMGATE.freshName("first");
    api.installApp(input().setAppName(name).build()).orThrow();

    expect(
        api.rollbackApp(AppRef.newBuilder().setNamespace("team-a").setName(name).build()),
        Code.FAILED_PRECONDITION,
        name);
  }

  @Test
  void valuesThatAreNoObjectAreRefused() {
    var http = HELMGATE.http(HELMGATE.token("alice"));
    for (var values : List.of("[1]", "\"text\"", "1")) {
      var rest =
          http.send(
              "POST",
              "/apps/team-a",
              "{\"namespace\":\"team-a\",\"chart\":\"sandbox/demo\",\"app_name\":\"x\",\"values\":%s}"
                  .formatted(values));
      assertThat(rest.status()).isEqualTo(400);
      assertThat(rest.body()).contains("values").doesNotContain("com.google", "java.");
      var graphql =
          http.send(
              "POST",
              "/graphql",
              "{\"query\":\"mutation($v: Map) { installApp(input: {namespace: \\\"team-a\\\", chart: \\\"sandbox/demo\\\", app_name: \\\"x\\\", values: $v}) { name } }\",\"variables\":{\"v\":%s}}"
                  .formatted(values));
      assertThat(graphql.status()).isEqualTo(400);
      assertThat(graphql.body()).contains("values").doesNotContain("com.google", "java.");
    }
  }

  @Test
  void anOversizedBodyIsRefusedBeforeAnyoneReadsIt() {
    var reply =
        HELMGATE
            .http(HELMGATE.token("alice"))
            .send(
                "POST",
                "/apps/team-a",
                "{\"namespace\":\"team-a\",\"chart\":\"sandbox/demo\",\"app_name\":\"x\",\"values\":{\"a\":\"%s\"}}"
                    .formatted("a".repeat(1_100_000)));

    assertThat(reply.status()).isEqualTo(413);
  }

  @Test
  void brokenProtobufIsRefused() {
    var reply =
        HELMGATE.grpcBytes(
            "alice",
            "/helmgate.HelmProxyService/GetApp",
            new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff});

    assertThat(reply).isEqualTo(Code.INVALID_ARGUMENT);
  }

  private static <T> void expect(Reply<T> reply, Code code, String text) {
    assertThat(reply.code()).as(reply.message()).isEqualTo(code);
    assertThat(reply.message())
        .contains(text)
        .doesNotContain("java.", "Exception", "/tmp", "kubeconfig", "at io.helmgate");
  }

  private static AppInput.Builder input() {
    return AppInput.newBuilder()
        .setNamespace("team-a")
        .setChart("sandbox/demo")
        .setAppName("bad-input");
  }
}
