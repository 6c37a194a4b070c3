package io.helmgate.deployer.server;

import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.gate.Gate;
import io.helmgate.deployer.grpc.CallServices;
import io.helmgate.deployer.grpc.GrpcBugs;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Transport;
import java.util.Set;
import java.util.function.Supplier;

/** The gRPC services: the API and reflection behind the gate, health open to every TLS peer. */
final class GrpcEndpoint {

  private static final String REFLECTION =
      "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

  private final HealthStatusManager health = new HealthStatusManager();
  private final GrpcService service;
  private final Gate gate;

  GrpcEndpoint(CallExecutor executor, Gate gate, boolean reflection, Supplier<String> incidentIds) {
    this.gate = gate;
    var calls = new CallServices(executor);
    var builder =
        GrpcService.builder()
            .addServiceDefinitions(CallSchema.services().stream().map(calls::of).toList())
            .supportedSerializationFormats(
                GrpcSerializationFormats.PROTO, GrpcSerializationFormats.PROTO_WEB)
            .maxRequestMessageLength(CallLimits.defaults().maxDecompressedBytes())
            .useBlockingTaskExecutor(true)
            .exceptionHandler(new GrpcBugs(incidentIds));
    if (reflection) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    service = builder.build();
  }

  GrpcService service() {
    return service;
  }

  /** Waits for nothing, so that it is answered also while every thread for calls is taken. */
  GrpcService health() {
    return GrpcService.builder().addService(health.getHealthService()).build();
  }

  /** Everything goes through the gate, each in its way. */
  HttpService guarded(HttpService service) {
    var calls = gate.before(Set.of(Transport.GRPC, Transport.GRPC_WEB)).apply(service);
    var reflection = gate.beforeReflection().apply(service);
    return service.decorate(
        (_, context, request) ->
            (context.path().equals(REFLECTION) ? reflection : calls).serve(context, request));
  }

  void serving() {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
  }

  void stopping() {
    health.enterTerminalState();
  }
}
