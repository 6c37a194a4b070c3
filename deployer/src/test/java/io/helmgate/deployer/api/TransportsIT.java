package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import io.helmgate.deployer.RecordingDomain.Asked;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseQuery;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Violation;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Apps;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.Charts;
import io.helmgate.proto.HistoryFilter;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds on every transport alike. */
@TestInstance(Lifecycle.PER_CLASS)
class TransportsIT {

  private static final Caller ALICE = new Caller("idp:alice", List.of("idp:team-a"), "decision-1");
  private static final ReleaseRef WEB = new ReleaseRef("team-a", "web");
  private static final AppRef REF =
      AppRef.newBuilder().setNamespace("team-a").setName("web").build();
  private static final AppInput INPUT =
      AppInput.newBuilder().setNamespace("team-a").setAppName("web").setChart("stable/web").build();

  private final RunningApi api;

  TransportsIT(@TempDir Path directory) {
    api = new RunningApi(directory, true, true);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @BeforeEach
  void forget() {
    api.domain.reset();
    api.audit.clear();
  }

  List<ApiClient> clients() {
    var http1 = new HttpSender(api, Version.HTTP_1_1);
    var http2 = new HttpSender(api, Version.HTTP_2);
    return List.of(
        new GrpcClient(api.channel()),
        new GrpcWebClient(http1),
        new GrpcWebClient(http2),
        new RestClient(http1),
        new RestClient(http2),
        new GraphqlClient(http1),
        new GraphqlClient(http2));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void readsAreExecutedAsTheCaller(ApiClient client) {
    var app = (App) ok(client, "GetApp", REF);
    var history =
        (Apps) ok(client, "GetHistory", HistoryFilter.newBuilder().setRef(REF).setLimit(7).build());
    var found =
        (Apps)
            ok(
                client,
                "SearchApps",
                AppFilter.newBuilder()
                    .setNamespace("team-a")
                    .setSelector("status=deployed")
                    .setLimit(2)
                    .setOffset(1)
                    .build());
    var charts =
        (Charts)
            ok(
                client,
                "SearchCharts",
                ChartFilter.newBuilder().setTerm("w").setRegex(true).build());

    assertThat(app.getChart().getVersion()).isEqualTo("1.2.3");
    assertThat(app.getRelease().getConfig()).isEqualTo(values());
    assertThat(history.getAppsList()).containsExactly(app);
    assertThat(found.getAppsList()).containsExactly(app);
    assertThat(charts.getChartsList()).containsExactly(app.getChart());
    assertThat(api.domain.asked())
        .containsExactly(
            new Asked("get", ALICE, List.of(WEB)),
            new Asked("history", ALICE, List.of(WEB, 7)),
            new Asked(
                "search",
                ALICE,
                List.of(new ReleaseQuery(Optional.of("team-a"), "status=deployed", 2, 1))),
            new Asked("searchCharts", null, List.of("w", true)));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void writesAreExecutedAsTheCaller(ApiClient client) {
    var id = "0b6e7a4c-54a5-4a3e-8a63-2f4f31f0a5b1";
    ok(client, "InstallApp", INPUT.toBuilder().putConfig("answer", "y").build());
    ok(
        client,
        "UpdateApp",
        INPUT.toBuilder()
            .setVersion("1.2.3")
            .setWait(false)
            .setTimeout(Durations.fromMillis(1500))
            .setRequestId(id)
            .setValues(values())
            .build());
    ok(client, "RollbackApp", REF);
    assertThat(ok(client, "UninstallApp", REF)).isEqualTo(Empty.getDefaultInstance());

    assertThat(api.domain.asked().stream().map(Asked::useCase))
        .containsExactly("install", "upgrade", "rollback", "uninstall");
    assertThat(api.domain.asked()).allMatch(asked -> ALICE.equals(asked.caller()));
    assertThat(api.domain.asked().get(0).arguments())
        .containsExactly(
            new DeployRequest(
                WEB,
                "stable/web",
                Optional.empty(),
                Optional.of(ValuesRequest.of(Map.of("answer", "y"))),
                true,
                Duration.ofMinutes(5),
                Optional.empty()));
    var upgrade = (DeployRequest) api.domain.asked().get(1).arguments().getFirst();
    assertThat(upgrade.version()).contains("1.2.3");
    assertThat(upgrade.awaitReady()).isFalse();
    assertThat(upgrade.timeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(upgrade.requestId()).contains(id);
    assertThat(upgrade.values().orElseThrow().layers().getFirst())
        .containsEntry("replicas", 3L)
        .containsEntry("ratio", 0.5)
        .containsEntry("zip", "007")
        .containsEntry("enabled", true)
        .containsEntry("nothing", null)
        .containsEntry("nested", Map.of("list", List.of(1L, "two", false)));
  }

  Stream<Arguments> clientsAndReasons() {
    return clients().stream()
        .flatMap(client -> Stream.of(Reason.values()).map(reason -> Arguments.of(client, reason)));
  }

  @ParameterizedTest
  @MethodSource("clientsAndReasons")
  void eachReasonReachesTheClientByItsName(ApiClient client, Reason reason) {
    api.domain.failWith(reason, "release team-a/web: because 50 % ü");

    var answer = client.call("InstallApp", INPUT, api.assertions::forCalls);

    assertThat(answer.code().name()).isEqualTo(reason.name());
    assertThat(answer.message()).isEqualTo("release team-a/web: because 50 % ü");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void brokenRulesNameTheirFields(ApiClient client) {
    var answer =
        client.call(
            "InstallApp",
            INPUT.toBuilder().setChart("web").setVersion(">1").build(),
            api.assertions::forCalls);

    assertThat(answer.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(answer.fields()).containsExactly("chart", "version");
    assertThat(answer.message()).startsWith("chart: \"web\" is no chart");
    assertThat(api.domain.asked()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void ofManyAndLongRulesTheFirstAreNamed(ApiClient client) {
    var violations =
        IntStream.range(0, 200)
            .mapToObj(i -> new Violation("values.replicas" + i, "is no number"))
            .toList();
    api.domain.failWith("values: " + "値".repeat(5_000), violations);

    var few = client.call("InstallApp", INPUT, api.assertions::forCalls);

    assertThat(few.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(few.message()).startsWith("values: 値値値").contains("値…値");
    assertThat(few.fields()).hasSize(21).startsWith("values.replicas0").endsWith("");

    var longer =
        IntStream.range(0, 200)
            .mapToObj(i -> new Violation("values." + "名".repeat(500), "価".repeat(500)))
            .toList();
    api.domain.failWith("%".repeat(5_000), longer);

    var cut = client.call("InstallApp", INPUT, api.assertions::forCalls);

    assertThat(cut.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(cut.message()).startsWith("%%%").contains("%…%");
    assertThat(cut.fields()).hasSizeBetween(2, 20).allMatch(field -> field.length() < 250);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void anUnexpectedErrorShowsOnlyAnIncident(ApiClient client) {
    api.domain.before(
        () -> {
          throw new IllegalStateException("secret detail");
        });

    var answer = client.call("GetApp", REF, api.assertions::forCalls);

    assertThat(answer.code()).isEqualTo(Code.INTERNAL);
    assertThat(answer.incident()).contains("incident-1");
    assertThat(answer.message()).isEqualTo("internal error, incident incident-1");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void eachCallIsAuditedWithItsRequestAndDecision(ApiClient client) {
    ok(client, "RollbackApp", REF);

    assertThat(api.audit).hasSize(1);
    assertThat(api.audit.getFirst().requestId()).isEqualTo("request-1");
    assertThat(api.audit.getFirst().caller()).isEqualTo(ALICE);
    assertThat(api.audit.getFirst().revision()).isEqualTo(4);
  }

  private Message ok(ApiClient client, String rpc, Message request) {
    var answer = client.call(rpc, request, api.assertions::forCalls);
    assertThat(answer.code()).as(answer.message()).isEqualTo(Code.OK);
    return answer.response().orElseThrow();
  }

  private static Struct values() {
    var values = Struct.newBuilder();
    try {
      JsonFormat.parser()
          .merge(
              """
              {"replicas": 3, "ratio": 0.5, "answer": "y", "zip": "007", "enabled": true,
               "nothing": null, "nested": {"list": [1, "two", false]}}
              """,
              values);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return values.build();
  }
}
