package io.helmgate.deployer.dispatch;

import static java.lang.Double.NaN;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.Code;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.deployer.RecordingDomain;
import io.helmgate.deployer.RecordingDomain.Asked;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.audit.AuditRecord;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseQuery;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.Transport;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Apps;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.Charts;
import io.helmgate.proto.HistoryFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallExecutorTest {

  private static final Caller ALICE = new Caller("idp:alice", List.of("idp:team-a"), "d-1");
  private static final ReleaseRef WEB = new ReleaseRef("team-a", "web");
  private static final AppRef REF =
      AppRef.newBuilder().setNamespace("team-a").setName("web").build();
  private static final AppInput INPUT =
      AppInput.newBuilder().setNamespace("team-a").setAppName("web").setChart("stable/web").build();

  private final RecordingDomain domain = new RecordingDomain();
  private final List<AuditRecord> audit = new ArrayList<>();
  private final MetricRegistry metrics = new MetricRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final CallExecutor executor =
      new CallExecutor(
          new HelmProxyCalls(domain, domain, domain, ReleaseFixture.DISCLOSURE),
          "default",
          audit::add,
          metrics,
          () -> "incident-1",
          () -> nanos.getAndAdd(1_000_000));

  @Test
  void getsAReleaseAsTheCaller() {
    var app = (App) done(execute("GetApp", REF));

    assertThat(domain.asked()).containsExactly(new Asked("get", ALICE, List.of(WEB)));
    assertThat(app.getName()).isEqualTo("web");
    assertThat(app.getNamespace()).isEqualTo("team-a");
    assertThat(app.getRelease().getVersion()).isEqualTo(4);
    assertThat(app.getRelease().getStatus()).isEqualTo("deployed");
    assertThat(app.getRelease().getNotes()).isEqualTo("Have fun.");
    assertThat(app.getRelease().getDescription()).isEqualTo("Upgrade complete");
    assertThat(Timestamps.toString(app.getRelease().getTimestamps().getUpdated()))
        .isEqualTo("2026-02-03T04:05:06.789Z");
    assertThat(app.getRelease().getTimestamps().hasDeleted()).isFalse();
    assertThat(app.getChart().getMetadataMap()).containsEntry("example.com/tier", "front");
    assertThat(app.getChart().getDependencies(0).getVersion()).isEqualTo("^1");
    assertThat(app.getChart().getMaintainers(0).getEmail()).isEqualTo("ada@example.com");
    assertThat(app.getChart().getDeprecated()).isTrue();
  }

  @Test
  void keepsTheTypesOfValuesOnTheWayOut() throws Exception {
    var app = (App) done(execute("GetApp", REF));

    assertThat(app.getRelease().getConfig())
        .isEqualTo(
            struct(
                """
                {"replicas": 3, "ratio": 0.5, "answer": "y", "zip": "007", "enabled": true,
                 "nothing": null, "nested": {"list": [1, "two", false]}}
                """));
  }

  @Test
  void keepsTheTypesOfValuesOnTheWayIn() throws Exception {
    var values =
        struct(
            """
            {"replicas": 3, "ratio": 0.5, "big": 1e300, "answer": "y", "nothing": null,
             "nested": {"list": [1, "007", false, {}]}}
            """);
    done(execute("InstallApp", INPUT.toBuilder().setValues(values).build()));

    var given = request().values().orElseThrow().layers().getFirst();
    assertThat(given.get("replicas")).isEqualTo(3L);
    assertThat(given.get("ratio")).isEqualTo(0.5);
    assertThat(given.get("big")).isEqualTo(1e300);
    assertThat(given.get("answer")).isEqualTo("y");
    assertThat(given).containsEntry("nothing", null);
    assertThat(given.get("nested")).isEqualTo(Map.of("list", List.of(1L, "007", false, Map.of())));
  }

  @Test
  void installsWithUpstreamsFieldsAndWaitsFiveMinutesByDefault() {
    done(execute("InstallApp", INPUT.toBuilder().putConfig("a.b", "1").build()));

    assertThat(domain.asked())
        .containsExactly(
            new Asked(
                "install",
                ALICE,
                List.of(
                    new DeployRequest(
                        WEB,
                        "stable/web",
                        Optional.empty(),
                        Optional.of(ValuesRequest.of(Map.of("a.b", "1"))),
                        true,
                        Duration.ofMinutes(5),
                        Optional.empty()))));
  }

  @Test
  void handsAllOptionsOfAnUpgradeOver() {
    var id = "0b6e7a4c-54a5-4a3e-8a63-2f4f31f0a5b1";
    done(
        execute(
            "UpdateApp",
            INPUT.toBuilder()
                .setVersion("1.2.3-rc.1+b")
                .setWait(false)
                .setTimeout(Durations.fromMillis(1500))
                .setRequestId(id)
                .build()));

    assertThat(domain.asked())
        .containsExactly(
            new Asked(
                "upgrade",
                ALICE,
                List.of(
                    new DeployRequest(
                        WEB,
                        "stable/web",
                        Optional.of("1.2.3-rc.1+b"),
                        Optional.empty(),
                        false,
                        Duration.ofMillis(1500),
                        Optional.of(id)))));
  }

  @Test
  void replacesTheOldValuesByAnEmptyStruct() {
    done(execute("UpdateApp", INPUT.toBuilder().setValues(Struct.getDefaultInstance()).build()));

    assertThat(request().values()).contains(ValuesRequest.of(Map.of()));
  }

  @Test
  void readsAHistory() {
    var apps =
        (Apps)
            done(execute("GetHistory", HistoryFilter.newBuilder().setRef(REF).setLimit(7).build()));

    assertThat(domain.asked()).containsExactly(new Asked("history", ALICE, List.of(WEB, 7)));
    assertThat(apps.getAppsList()).extracting(App::getName).containsExactly("web");
  }

  @Test
  void searchesReleasesInAllNamespacesOrOne() {
    done(execute("SearchApps", AppFilter.getDefaultInstance()));
    done(
        execute(
            "SearchApps",
            AppFilter.newBuilder()
                .setNamespace("team-a")
                .setSelector("status=deployed,name!=x,version in (1, 2),!z")
                .setLimit(2)
                .setOffset(3)
                .build()));

    assertThat(domain.asked())
        .containsExactly(
            new Asked("search", ALICE, List.of(new ReleaseQuery(Optional.empty(), "", 0, 0))),
            new Asked(
                "search",
                ALICE,
                List.of(
                    new ReleaseQuery(
                        Optional.of("team-a"),
                        "status=deployed,name!=x,version in (1, 2),!z",
                        2,
                        3))));
  }

  @Test
  void rollsBackAndUninstalls() {
    assertThat(done(execute("RollbackApp", REF))).isInstanceOf(App.class);
    assertThat(done(execute("UninstallApp", REF))).isEqualTo(Empty.getDefaultInstance());

    assertThat(domain.asked()).extracting(Asked::useCase).containsExactly("rollback", "uninstall");
  }

  @Test
  void searchesCharts() {
    var charts =
        (Charts)
            done(
                execute(
                    "SearchCharts",
                    ChartFilter.newBuilder().setTerm("we.").setRegex(true).build()));

    assertThat(domain.asked().getFirst().arguments()).containsExactly("we.", true);
    assertThat(charts.getCharts(0).getVersion()).isEqualTo("1.2.3");
  }

  @Test
  void cutsResponsesDownToTheView() {
    var view = FieldMask.newBuilder().addPaths("name").addPaths("release.status").build();
    var expected = App.newBuilder().setName("web");
    expected.getReleaseBuilder().setStatus("deployed");

    assertThat(done(execute("GetApp", REF.toBuilder().setView(view).build())))
        .isEqualTo(expected.build());
    assertThat(done(execute("SearchApps", AppFilter.newBuilder().setView(view).build())))
        .isEqualTo(Apps.newBuilder().addApps(expected).build());
    assertThat(audit.getFirst().revision()).as("the audit sees all").isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void handsEachReasonOnByItsName(Reason reason) {
    domain.failWith(reason, "because");

    var fault = failed(execute("GetApp", REF));

    assertThat(fault.code().name()).isEqualTo(reason.name());
    assertThat(fault.message()).isEqualTo("because");
  }

  @Test
  void hidesAnUnexpectedErrorBehindAnIncident() {
    domain.before(
        () -> {
          throw new IllegalStateException("secret detail");
        });

    var fault = failed(execute("GetApp", REF));

    assertThat(fault.code()).isEqualTo(Code.INTERNAL);
    assertThat(fault.incident()).contains("incident-1");
    assertThat(fault.message()).contains("incident-1").doesNotContain("secret");
    assertThat(audit.getFirst().outcome()).isEqualTo(Code.INTERNAL);
  }

  @Test
  void auditsWhoDidWhatWithoutAnyValue() {
    done(
        execute(
            "InstallApp",
            INPUT.toBuilder().setVersion("1.2.3").putConfig("password", "hunter2").build()));

    var entry = audit.getFirst();
    assertThat(entry.caller()).isEqualTo(ALICE);
    assertThat(entry.requestId()).isEqualTo("r-1");
    assertThat(entry.transport()).isEqualTo("rest");
    assertThat(entry.action()).isEqualTo("InstallApp");
    assertThat(entry.target().namespace()).isEqualTo("team-a");
    assertThat(entry.target().release()).isEqualTo("web");
    assertThat(entry.target().chart()).isEqualTo("stable/web");
    assertThat(entry.target().version()).isEqualTo("1.2.3");
    assertThat(entry.target().valuesDigest()).matches("sha256:[0-9a-f]{64}");
    assertThat(entry.revision()).isEqualTo(4);
    assertThat(entry.chartVersion()).isEqualTo("1.2.3");
    assertThat(entry.operation()).isEqualTo("op1");
    assertThat(entry.outcome()).isEqualTo(Code.OK);
    assertThat(entry.duration()).isEqualTo(Duration.ofMillis(1));
    assertThat(entry.toString()).doesNotContain("hunter2");
  }

  @Test
  void auditsTheOperationOfAWriteThatFailed() {
    domain.failWith(Reason.DEADLINE_EXCEEDED, "too slow");
    failed(execute("UpdateApp", INPUT));
    failed(execute("GetApp", REF));

    assertThat(audit).extracting(AuditRecord::operation).containsExactly("op1", "");
  }

  @Test
  void auditsValuesThatAreNoJsonWithoutADigest() {
    var nan = Struct.newBuilder().putFields("a", Value.newBuilder().setNumberValue(NaN).build());
    failed(execute("InstallApp", INPUT.toBuilder().setValues(nan).build()));

    assertThat(audit.getFirst().target().valuesDigest()).isEmpty();
    assertThat(audit.getFirst().outcome()).isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void digestsEqualValuesAlikeWhateverTheirOrder() throws Exception {
    execute("InstallApp", INPUT.toBuilder().setValues(struct("{\"a\":1,\"b\":{}}")).build());
    execute("InstallApp", INPUT.toBuilder().setValues(struct("{\"b\":{},\"a\":1}")).build());
    execute("InstallApp", INPUT.toBuilder().setValues(struct("{\"b\":{},\"a\":\"1\"}")).build());

    var digests = audit.stream().map(entry -> entry.target().valuesDigest()).toList();
    assertThat(digests.get(0)).isEqualTo(digests.get(1)).isNotEqualTo(digests.get(2));
  }

  @Test
  void countsAndTimesCalls() {
    domain.failWith(Reason.NOT_FOUND, "no");
    execute("GetApp", REF);

    var timer =
        metrics.timer(
            MetricName.build("deployer_call_seconds")
                .tagged("method", "GetApp", "transport", "rest", "code", "NOT_FOUND"));
    assertThat(timer.getCount()).isEqualTo(1);
  }

  private Reply execute(String rpc, Message request) {
    return executor.execute(
        new CallOrigin(ALICE, Transport.REST, "r-1"),
        new Call(
            "helmgate.HelmProxyService", "/helmgate.HelmProxyService/" + rpc, request, "", 0, 1));
  }

  private DeployRequest request() {
    return (DeployRequest) domain.asked().getFirst().arguments().getFirst();
  }

  private static Message done(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Done.class);
    return ((Reply.Done) reply).response();
  }

  private static Fault failed(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Failed.class);
    return ((Reply.Failed) reply).fault();
  }

  private static Struct struct(String json) throws Exception {
    var struct = Struct.newBuilder();
    JsonFormat.parser().merge(json, struct);
    return struct.build();
  }
}
