package io.helmgate.deployer.grpc;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.dispatch.Reply;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.gate.AuthorizedRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The contract's services, as generated, with all calls executed in one way. */
public final class CallServices {

  private static final Logger LOG = LoggerFactory.getLogger(CallServices.class);

  private final CallExecutor executor;

  public CallServices(CallExecutor executor) {
    this.executor = executor;
  }

  /** A service whose methods take one request each. */
  public ServerServiceDefinition of(ServiceDescriptor service) {
    var definition = ServerServiceDefinition.builder(service);
    for (var method : service.getMethods()) {
      add(definition, messages(method));
    }
    return definition.build();
  }

  @SuppressWarnings("unchecked") // the contract's methods are all of protobuf messages
  private static MethodDescriptor<Message, Message> messages(MethodDescriptor<?, ?> method) {
    return (MethodDescriptor<Message, Message>) method;
  }

  private void add(
      ServerServiceDefinition.Builder definition, MethodDescriptor<Message, Message> method) {
    definition.addMethod(
        method,
        switch (method.getType()) {
          case UNARY ->
              ServerCalls.asyncUnaryCall((request, client) -> answer(method, request, client));
          case SERVER_STREAMING ->
              ServerCalls.asyncServerStreamingCall(
                  (request, client) -> answer(method, request, client));
          case CLIENT_STREAMING, BIDI_STREAMING, UNKNOWN ->
              throw new IllegalArgumentException(
                  method.getFullMethodName() + ": not supported (expected: one request)");
        });
  }

  private void answer(
      MethodDescriptor<Message, Message> method, Message request, StreamObserver<Message> client) {
    var context = ServiceRequestContext.current();
    var authorized = AuthorizedRequest.of(context);
    var call = authorized.onlyCall();
    if (!call.method().equals("/" + method.getFullMethodName())
        || !call.request().equals(request)) {
      LOG.error(
          "decoder fault: gRPC read another message than the decoder: {} and {}",
          method.getFullMethodName(),
          call.method());
      client.onError(
          GrpcFaults.exception(
              Fault.of(Code.PERMISSION_DENIED, "the request is not the one that was authorised")));
      return;
    }
    switch (executor.execute(authorized.origin(), call)) {
      case Reply.Done(var response, var _) -> {
        client.onNext(response);
        client.onCompleted();
      }
      case Reply.Streaming(var messages) -> {
        context.clearRequestTimeout();
        var stream = new MessageStream((ServerCallStreamObserver<Message>) client);
        messages.subscribe(stream);
      }
      case Reply.Failed(var fault, var _) -> client.onError(GrpcFaults.exception(fault));
    }
  }
}
