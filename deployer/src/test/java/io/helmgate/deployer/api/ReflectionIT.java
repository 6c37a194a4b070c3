package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.helmgate.proto.AppRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gRPC services beside the API. */
class ReflectionIT {

  @TempDir private Path directory;

  @Test
  void anAssertionThatIsBoundToNoCallMayReflect() throws Exception {
    try (var api = new RunningApi(directory, true, true)) {
      assertThat(reflect(api, api.assertions.unbound())).contains("helmgate.HelmProxyService");
    }
  }

  @Test
  void reflectionNeedsAnAssertionOfItsOwn() throws Exception {
    try (var api = new RunningApi(directory, true, true)) {
      var call = ApiClient.calls("GetApp", AppRef.getDefaultInstance());
      assertThat(reflect(api, "")).containsExactly("UNAUTHENTICATED");
      assertThat(reflect(api, api.assertions.foreign(call))).containsExactly("UNAUTHENTICATED");
      assertThat(reflect(api, api.assertions.forCalls(call))).containsExactly("PERMISSION_DENIED");
    }
  }

  @Test
  void reflectionCanBeSwitchedOff() throws Exception {
    try (var api = new RunningApi(directory, true, false)) {
      assertThat(reflect(api, api.assertions.unbound())).containsExactly("UNIMPLEMENTED");
    }
  }

  @Test
  void healthIsOpenToEveryPeer() throws Exception {
    try (var api = new RunningApi(directory, true, true)) {
      var health = HealthGrpc.newBlockingStub(api.channel());
      assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
          .isEqualTo(ServingStatus.SERVING);
    }
  }

  /** Names of the services, or of the status that came instead. */
  private static List<String> reflect(RunningApi api, String assertion) throws Exception {
    var metadata = new Metadata();
    ApiClient.headers(assertion)
        .forEach(
            (name, value) ->
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    var channel =
        ClientInterceptors.intercept(
            api.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
    var names = new ArrayList<String>();
    var end = new CompletableFuture<List<String>>();
    var requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    response
                        .getListServicesResponse()
                        .getServiceList()
                        .forEach(service -> names.add(service.getName()));
                  }

                  @Override
                  public void onError(Throwable cause) {
                    end.complete(List.of(Status.fromThrowable(cause).getCode().name()));
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(names);
                  }
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
    requests.onCompleted();
    return end.get(20, java.util.concurrent.TimeUnit.SECONDS);
  }
}
