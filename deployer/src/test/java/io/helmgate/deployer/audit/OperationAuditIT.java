package io.helmgate.deployer.audit;

import static io.helmgate.deployer.ReleaseFixture.PLATFORM;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.dispatch.CallOrigin;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Propagation;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Remedy;
import io.helmgate.deployer.release.Write;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.Transport;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the audit log tells of operations on a real API server. */
final class OperationAuditIT {

  private static final Duration SOON = Duration.ofMinutes(1);

  private static final String FACADE = "helmgate.HelmProxyService";
  private static final String RELEASES = "helmgate.deployer.v1.ReleaseService";

  private static Replica replica;

  private final AuditEvents events = new AuditEvents();

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    replica = Replica.start(SharedSandbox.get(), directory);
  }

  @AfterAll
  static void stop() {
    replica.close();
  }

  @AfterEach
  void stopListening() {
    events.close();
  }

  @Test
  void anInstallThatIsRefusedWasOfNoRevisionAndLeavesNone() {
    var ref = ref("team-a");

    var refused = ended(new Write.Install(chart("mixed", ref, Map.of("quota", true))));
    var unknown = ended(new Write.Upgrade(demo(ref, "0.1.0", Map.of())));

    assertThat(refused)
        .containsEntry("outcome", "PERMISSION_DENIED")
        .containsEntry("chart", "sandbox/mixed")
        .containsEntry("revision_before", 0)
        .doesNotContainKey("revision");
    assertThat(refused.get("chart_digest")).asString().matches("sha256:[0-9a-f]{64}");
    assertThat(unknown).containsEntry("outcome", "NOT_FOUND").doesNotContainKey("revision");
  }

  @Test
  void aChartThatWasFetchedIsToldWhereItsValuesAreRefused() {
    var refused = ended(new Write.Install(chart("checked", ref("team-a"), Map.of("size", 11))));

    assertThat(refused).containsEntry("outcome", "INVALID_ARGUMENT");
    assertThat(refused.get("chart_digest")).asString().matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void aLifeOfAReleaseIsToldFromRevisionToRevision() {
    var ref = ref("team-a");

    var installed = ended(new Write.Install(demo(ref, "0.1.0", Map.of("replicas", 0))));
    var taken = ended(new Write.Install(demo(ref, "0.1.0", Map.of())));
    var upgraded = ended(new Write.Upgrade(demo(ref, "0.2.0", null)));
    var refused = ended(new Write.Upgrade(demo(ref, "9.9.9", null)));
    var back = ended(new Write.Rollback(ref, 1, true, SOON, Optional.empty()));
    var kept = ended(uninstall(ref, true));
    var gone = ended(uninstall(ref, false));

    assertThat(installed).containsEntry("revision_before", 0).containsEntry("revision", 1);
    assertThat(taken)
        .containsEntry("outcome", "ALREADY_EXISTS")
        .containsEntry("revision_before", 1)
        .doesNotContainKey("revision");
    assertThat(upgraded)
        .containsEntry("revision_before", 1)
        .containsEntry("revision", 2)
        .doesNotContainKey("values_digest");
    assertThat(refused)
        .containsEntry("outcome", "NOT_FOUND")
        .containsEntry("revision_before", 2)
        .doesNotContainKeys("revision", "chart_digest");
    assertThat(back)
        .containsEntry("revision_before", 2)
        .containsEntry("revision", 3)
        .containsEntry("chart", "demo")
        .containsEntry("version", "0.1.0")
        .containsEntry("chart_digest", installed.get("chart_digest"));
    assertThat(kept).containsEntry("revision_before", 3).containsEntry("revision", 3);
    assertThat(gone).containsEntry("revision_before", 3).containsEntry("revision", 0);
  }

  @Test
  void anUpgradeThatRollsItselfBackIsToldFromItsBeginningToItsEnd() {
    var ref = ref("team-a");
    ended(new Write.Install(chart("slow", ref, Map.of("ready", true))));
    var unready = within(Duration.ofSeconds(3), chart("slow", ref, Map.of("ready", false)));

    var undone = ended(new Write.Upgrade(unready, new Remedy(true, 0)));
    var failed = ended(new Write.Upgrade(unready));

    assertThat(undone)
        .containsEntry("outcome", "DEADLINE_EXCEEDED")
        .containsEntry("revision_before", 1)
        .containsEntry("revision", 3);
    assertThat(failed)
        .containsEntry("outcome", "DEADLINE_EXCEEDED")
        .containsEntry("revision_before", 3)
        .containsEntry("revision", 4);
  }

  @Test
  void anInstallThatHelmLeavesAsFailedHasWrittenARevision() {
    var failed =
        ended(new Write.Install(chart("hooked", ref("team-a"), Map.of("failing", "pre-install"))));

    assertThat(failed)
        .containsEntry("outcome", "FAILED_PRECONDITION")
        .containsEntry("revision_before", 0)
        .containsEntry("revision", 1);
  }

  @Test
  void theRecordsOfACallAndOfItsOperationJoin() {
    var values =
        Struct.newBuilder()
            .putFields("replicas", Value.newBuilder().setNumberValue(0).build())
            .build();
    var facade = ref("team-a");
    var resource = ref("team-a");
    var executor =
        new CallExecutor(
            replica.calls(),
            "default",
            new LogAuditSink(),
            new MetricRegistry(),
            () -> "incident",
            System::nanoTime);
    var app = AppInput.newBuilder().setNamespace("team-a").setAppName(facade.name());
    app.setChart("sandbox/demo");
    var release = InstallReleaseRequest.newBuilder().setReleaseId(resource.name()).setWait(true);
    release.setParent("clusters/default/namespaces/team-a").setChart("sandbox/demo");

    call(executor, PLATFORM, FACADE, "InstallApp", app.clone().setValues(values).build());
    call(
        executor, TEAM_A, FACADE, "UpdateApp", app.setVersion("9.9.9").putConfig("a", "b").build());
    call(executor, PLATFORM, RELEASES, "InstallRelease", release.setValues(values).build());

    var calls = events.all().stream().filter(event -> event.containsKey("transport")).toList();

    assertThat(calls)
        .extracting(call -> call.get("outcome"))
        .containsExactly("OK", "NOT_FOUND", "OK");
    for (var call : calls) {
      var operation = operation(String.valueOf(call.get("operation")));
      for (var fact : List.of("user", "cluster", "namespace", "release", "chart", "outcome")) {
        assertThat(operation).containsEntry(fact, call.get(fact));
      }
      assertThat(operation.get("values_digest"))
          .isEqualTo(call.get("values_digest"))
          .asString()
          .matches("sha256:[0-9a-f]{64}");
    }
    assertThat(calls.getFirst().get("values_digest"))
        .isEqualTo(calls.getLast().get("values_digest"))
        .isNotEqualTo(calls.get(1).get("values_digest"));
  }

  private static void call(
      CallExecutor executor, Caller caller, String service, String rpc, Message request) {
    executor.execute(
        new CallOrigin(caller, Transport.GRPC, "r-1"),
        new Call(service, "/" + service + "/" + rpc, request, "", 0, 1));
  }

  private Map<String, Object> ended(Write write) {
    return operation(success(replica.operations().start(TEAM_A, write)).operation().name().id());
  }

  /** What was told of its end. */
  private Map<String, Object> operation(String id) {
    return await()
        .atMost(SOON)
        .until(
            () ->
                events.all().stream()
                    .filter(event -> id.equals(event.get("operation")))
                    .filter(event -> !event.containsKey("transport"))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static Write uninstall(ReleaseRef ref, boolean keepHistory) {
    return new Write.Uninstall(
        ref, keepHistory, false, Propagation.BACKGROUND, SOON, Optional.empty());
  }
}
