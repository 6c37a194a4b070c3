package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.helmgate.deployer.RecordingDomain.Asked;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.values.ValuesRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A client that was compiled of upstream's proto works unchanged. */
@TestInstance(Lifecycle.PER_CLASS)
class UpstreamClientIT {

  private static final String REF = "{\"namespace\": \"team-a\", \"name\": \"web\"}";

  private final UpstreamContract contract = new UpstreamContract();
  private final RunningApi api;

  UpstreamClientIT(@TempDir Path directory) {
    api = new RunningApi(directory, true, true);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @BeforeEach
  void forget() {
    api.domain.reset();
  }

  @Test
  void installsWithStringsOnlyAndWaits() throws Exception {
    var app =
        call(
            "InstallApp",
            "AppInput",
            """
            {"namespace": "team-a", "chart": "stable/web", "app_name": "web",
             "config": [{"key": "replicas", "value": "3"}, {"key": "a.b", "value": "true"}]}
            """,
            "App");

    assertThat(field(app, "name")).isEqualTo("web");
    assertThat(field((Message) field(app, "chart"), "version")).isEqualTo("1.2.3");
    var request = (DeployRequest) api.domain.asked().getFirst().arguments().getFirst();
    assertThat(request.values()).contains(ValuesRequest.of(Map.of("replicas", "3", "a.b", "true")));
    assertThat(request.version()).isEmpty();
    assertThat(request.awaitReady()).isTrue();
    assertThat(request.timeout()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void callsAllOtherMethods() throws Exception {
    call(
        "UpdateApp",
        "AppInput",
        "{\"namespace\": \"team-a\", \"chart\": \"stable/web\", \"app_name\": \"web\"}",
        "App");
    call("GetApp", "AppRef", REF, "App");
    call("GetHistory", "HistoryFilter", "{\"ref\": " + REF + ", \"limit\": 2}", "Apps");
    call("SearchApps", "AppFilter", "{\"namespace\": \"team-a\"}", "Apps");
    call("RollbackApp", "AppRef", REF, "App");
    call("UninstallApp", "AppRef", REF, "Empty");
    call("SearchCharts", "ChartFilter", "{\"term\": \"web\"}", "Charts");

    assertThat(api.domain.asked().stream().map(Asked::useCase))
        .containsExactly(
            "upgrade", "get", "history", "search", "rollback", "uninstall", "searchCharts");
  }

  @Test
  void knowsEveryFieldThatItIsAnswered() throws Exception {
    var app = call("GetApp", "AppRef", REF, "App");
    var release = (Message) field(app, "release");
    var chart = (Message) field(app, "chart");

    assertThat(app.getUnknownFields().asMap()).isEmpty();
    assertThat(release.getUnknownFields().asMap()).isEmpty();
    // Chart.metadata, number 11, is left out of the table: a map, which only generated code reads.
    assertThat(chart.getUnknownFields().asMap().keySet()).containsExactly(11);
    assertThat(field(release, "version")).isEqualTo(4);
    assertThat(field(release, "status")).isEqualTo("deployed");
  }

  private DynamicMessage call(String rpc, String type, String json, String response)
      throws InvalidProtocolBufferException {
    var request = DynamicMessage.newBuilder(contract.type(type));
    JsonFormat.parser().merge(json, request);
    var authorised = GrpcClient.method(rpc).parseRequest(request.build().toByteString().newInput());
    var metadata = new Metadata();
    ApiClient.headers(api.assertions.forCalls(ApiClient.calls(rpc, authorised)))
        .forEach(
            (name, value) ->
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return ClientCalls.blockingUnaryCall(
        ClientInterceptors.intercept(
            api.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata)),
        contract.method(rpc, type, response),
        CallOptions.DEFAULT,
        request.build());
  }

  private static Object field(Message message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }
}
