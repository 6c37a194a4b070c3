package io.helmgate.deployer.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.dispatch.Reply;
import io.helmgate.deployer.gate.AuthorizedRequest;
import io.helmgate.deployer.json.ResponseJson;

/** Answers REST requests: 200 with the response, whatever the verb, as upstream does. */
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
    return HttpResponse.of(() -> execute(authorized), context.blockingTaskExecutor());
  }

  private HttpResponse execute(AuthorizedRequest request) {
    return switch (executor.execute(request.origin(), request.onlyCall())) {
      case Reply.Done(var response) ->
          HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, json.print(response));
      case Reply.Failed(var fault) -> Problems.response(fault);
    };
  }
}
