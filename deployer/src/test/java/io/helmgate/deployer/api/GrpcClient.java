package io.helmgate.deployer.api;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.client.Failure;
import io.helmgate.proto.HelmProxyServiceGrpc;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** grpc-java with the generated methods. */
final class GrpcClient implements ApiClient {

  private final Channel channel;

  GrpcClient(Channel channel) {
    this.channel = channel;
  }

  @Override
  public Answer call(String rpc, Message request, Function<List<Call>, String> assertion) {
    return call(method(rpc), request, assertion.apply(ApiClient.calls(rpc, request)));
  }

  Answer call(MethodDescriptor<Message, Message> method, Message request, String assertion) {
    var metadata = new Metadata();
    ApiClient.headers(assertion)
        .forEach(
            (name, value) ->
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    var asserted =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    try {
      return Answer.ok(
          ClientCalls.blockingUnaryCall(asserted, method, CallOptions.DEFAULT, request));
    } catch (StatusRuntimeException e) {
      return error(Objects.requireNonNull(StatusProto.fromThrowable(e)));
    }
  }

  static Answer error(com.google.rpc.Status status) {
    return Answer.of(Failure.of(status));
  }

  @SuppressWarnings("unchecked") // by name, so the types are not known here
  static MethodDescriptor<Message, Message> method(String rpc) {
    return (MethodDescriptor<Message, Message>)
        HelmProxyServiceGrpc.getServiceDescriptor().getMethods().stream()
            .filter(method -> rpc.equals(method.getBareMethodName()))
            .findFirst()
            .orElseThrow();
  }

  @Override
  public String toString() {
    return "gRPC";
  }
}
