package io.helmgate.deployer.rest;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.sse.ServerSentEvent;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.dispatch.Reply;
import io.helmgate.deployer.gate.AuthorizedRequest;
import io.helmgate.deployer.json.ResponseJson;
import io.helmgate.deployer.sse.EventStreams;
import io.helmgate.kit.call.Call;
import java.nio.charset.StandardCharsets;
import org.reactivestreams.FlowAdapters;

/**
 * Answers REST requests: 200 with the response, whatever the verb, as upstream does; a stream as
 * server-sent events, whose data are its messages. Its routes are described at {@code
 * /openapi.json}.
 */
public final class RestService implements HttpService {

  private final CallExecutor executor;
  private final ResponseJson json;

  public RestService(CallExecutor executor, ResponseJson json) {
    this.executor = executor;
    this.json = json;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    var authorized = AuthorizedRequest.of(context);
    return HttpResponse.of(() -> execute(context, authorized), context.blockingTaskExecutor());
  }

  private HttpResponse execute(ServiceRequestContext context, AuthorizedRequest request) {
    if (request.onlyCall().method().equals(Call.DESCRIBE)) {
      return ApiDescription.response();
    }
    return switch (executor.execute(request.origin(), request.onlyCall())) {
      case Reply.Done(var response, var _) ->
          HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, json.print(response));
      case Reply.Streaming(var messages) ->
          EventStreams.of(
              context,
              StreamMessage.of(FlowAdapters.toPublisher(messages))
                  .map(message -> ServerSentEvent.ofData(text(message))));
      case Reply.Failed(var fault, var _) -> Problems.response(fault);
    };
  }

  private String text(Message message) {
    return new String(json.print(message), StandardCharsets.UTF_8);
  }
}
