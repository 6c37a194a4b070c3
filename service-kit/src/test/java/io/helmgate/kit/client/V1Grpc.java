package io.helmgate.kit.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.proto.deployer.v1.OperationMetadata;
import io.helmgate.proto.deployer.v1.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** grpc-java with the generated methods. */
public record V1Grpc(V1Port port) implements V1Client {

  static final TypeRegistry PACKED =
      TypeRegistry.newBuilder()
          .add(
              List.of(
                  Release.getDescriptor(),
                  OperationMetadata.getDescriptor(),
                  ErrorInfo.getDescriptor(),
                  BadRequest.getDescriptor()))
          .build();

  @Override
  public Result call(String rpc, Message request) {
    var method = method(rpc);
    try {
      var response =
          ClientCalls.blockingUnaryCall(
              channel(method, request), method, CallOptions.DEFAULT, request);
      return new Result(Code.OK, "", List.of(), json(response));
    } catch (StatusRuntimeException e) {
      return V1Client.of(Failure.of(Objects.requireNonNull(StatusProto.fromThrowable(e))));
    }
  }

  @Override
  public List<JsonNode> stream(String rpc, Message request, Function<JsonNode, Boolean> enough) {
    var method = method(rpc);
    List<JsonNode> events = new ArrayList<>();
    try (var context = Context.current().withCancellation()) {
      context.run(
          () -> {
            var messages =
                ClientCalls.blockingServerStreamingCall(
                    channel(method, request), method, CallOptions.DEFAULT, request);
            while (messages.hasNext()) {
              events.add(json(messages.next()));
              if (enough.apply(events.getLast())) {
                return;
              }
            }
          });
    }
    return events;
  }

  private Channel channel(MethodDescriptor<Message, Message> method, Message request) {
    var call =
        new Call(
            Objects.requireNonNull(method.getServiceName()),
            "/" + method.getFullMethodName(),
            request,
            "",
            0,
            1);
    var metadata = new Metadata();
    port.authorization(call)
        .forEach(
            (name, value) ->
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return ClientInterceptors.intercept(
        port.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private static JsonNode json(Message message) {
    try {
      return V1Client.plain(
          JSON.readTree(JsonFormat.printer().usingTypeRegistry(PACKED).print(message)));
    } catch (InvalidProtocolBufferException | JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked") // by name, so the types are not known here
  public static MethodDescriptor<Message, Message> method(String rpc) {
    return (MethodDescriptor<Message, Message>)
        CallSchema.services().stream()
            .flatMap(service -> service.getMethods().stream())
            .filter(
                method ->
                    rpc.equals(method.getFullMethodName())
                        || (method.getFullMethodName().startsWith("helmgate.deployer.v1.")
                            && rpc.equals(method.getBareMethodName())))
            .findFirst()
            .orElseThrow();
  }

  /** What the contract says of a method. */
  public static com.google.protobuf.Descriptors.MethodDescriptor descriptor(
      MethodDescriptor<?, ?> method) {
    return ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
        .getMethodDescriptor();
  }

  @Override
  public String toString() {
    return "gRPC";
  }
}
