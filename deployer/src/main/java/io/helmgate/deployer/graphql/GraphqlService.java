package io.helmgate.deployer.graphql;

import com.google.rpc.Code;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.sse.ServerSentEvent;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.schema.GraphQLSchema;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.gate.AuthorizedRequest;
import io.helmgate.deployer.json.ResponseJson;
import io.helmgate.deployer.sse.EventStreams;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.GraphqlRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.reactivestreams.Publisher;

/**
 * Executes GraphQL documents: 200 with {@code data} and {@code errors} once execution has begun,
 * 400 with {@code errors} for a document that is not executed.
 */
public final class GraphqlService implements HttpService {

  private final GraphQL graphql;
  private final boolean introspection;

  /**
   * A service of the decoder's schema.
   *
   * @param introspection whether the schema may be asked for
   */
  public GraphqlService(
      GraphQLSchema schema, CallExecutor executor, ResponseJson json, boolean introspection) {
    var rootFields = RootFields.of(CallSchema.services());
    this.graphql = GraphqlSchemas.executing(schema, new CallResolver(rootFields, executor, json));
    this.introspection = introspection;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    var authorized = AuthorizedRequest.of(context);
    if (!introspection
        && authorized.calls().stream().anyMatch(call -> call.method().equals(Call.INTROSPECT))) {
      return GraphqlFaults.response(Fault.of(Code.PERMISSION_DENIED, "introspection is off"));
    }
    return HttpResponse.of(execute(context, authorized));
  }

  private CompletableFuture<HttpResponse> execute(
      ServiceRequestContext context, AuthorizedRequest request) {
    Executor threads = context.blockingTaskExecutor();
    var decoded = request.graphql().orElseThrow();
    var input =
        ExecutionInput.newExecutionInput()
            .query("already parsed")
            .operationName(decoded.operationName().orElse(null))
            .variables(decoded.variables())
            .graphQLContext(
                Map.of(
                    GraphqlRequest.class,
                    decoded,
                    AuthorizedRequest.class,
                    request,
                    Executor.class,
                    threads))
            .build();
    return graphql.executeAsync(input).thenApply(result -> response(context, result));
  }

  /** A subscription as "GraphQL over Server-Sent Events" has it, one connection for each. */
  private static HttpResponse response(ServiceRequestContext context, ExecutionResult result) {
    if (!(result.getData() instanceof Publisher<?> published)) {
      return GraphqlFaults.response(result);
    }
    @SuppressWarnings("unchecked") // what graphql-java documents for subscriptions
    var events = (Publisher<ExecutionResult>) published;
    var complete = ServerSentEvent.builder().event("complete").data("").build();
    return EventStreams.of(
        context,
        StreamMessage.concat(
            StreamMessage.of(events)
                .map(
                    each ->
                        ServerSentEvent.builder()
                            .event("next")
                            .data(GraphqlFaults.text(each))
                            .build()),
            StreamMessage.of(complete)));
  }
}
