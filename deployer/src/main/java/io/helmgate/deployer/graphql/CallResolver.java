package io.helmgate.deployer.graphql;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.linecorp.armeria.common.stream.StreamMessage;
import graphql.execution.DataFetcherResult;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.dispatch.Reply;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.gate.AuthorizedRequest;
import io.helmgate.deployer.graphql.RootFields.RootField;
import io.helmgate.deployer.json.ResponseJson;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.AppRef;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resolves a root field by executing the call that was decoded under its response key. */
final class CallResolver implements DataFetcher<CompletableFuture<DataFetcherResult<Object>>> {

  private static final Logger LOG = LoggerFactory.getLogger(CallResolver.class);

  private final RootFields rootFields;
  private final CallExecutor executor;
  private final ResponseJson json;

  CallResolver(RootFields rootFields, CallExecutor executor, ResponseJson json) {
    this.rootFields = rootFields;
    this.executor = executor;
    this.json = json;
  }

  @Override
  public CompletableFuture<DataFetcherResult<Object>> get(DataFetchingEnvironment environment) {
    AuthorizedRequest request = environment.getGraphQlContext().get(AuthorizedRequest.class);
    Executor threads = environment.getGraphQlContext().get(Executor.class);
    return CompletableFuture.supplyAsync(() -> resolve(environment, request), threads);
  }

  private DataFetcherResult<Object> resolve(
      DataFetchingEnvironment environment, AuthorizedRequest request) {
    var field = rootFields.named(environment.getField().getName());
    var key = environment.getMergedField().getResultKey();
    var call = request.calls().stream().filter(c -> c.responseKey().equals(key)).findFirst();
    if (field.isEmpty() || call.isEmpty() || !call.get().method().equals(field.get().method())) {
      LOG.error("decoder fault: no decoded call for the GraphQL field {}", key);
      return failed(
          environment,
          Fault.of(Code.PERMISSION_DENIED, "the request is not the one that was authorised"));
    }
    return switch (executor.execute(request.origin(), call.get())) {
      case Reply.Done(var response, var _) ->
          DataFetcherResult.newResult().data(value(field.get(), call.get(), response)).build();
      case Reply.Streaming(var messages) ->
          DataFetcherResult.newResult()
              .data(
                  StreamMessage.of(FlowAdapters.toPublisher(messages))
                      .map(message -> value(field.get(), call.get(), message)))
              .build();
      case Reply.Failed(var fault, var _) -> failed(environment, fault);
    };
  }

  private @Nullable Object value(RootField field, Call call, Message response) {
    if (response instanceof Empty && call.request() instanceof AppRef ref) {
      return ref.getName();
    }
    var tree = json.tree(response);
    return field.result().isEmpty() ? tree : tree.get(field.result());
  }

  private static DataFetcherResult<Object> failed(
      DataFetchingEnvironment environment, Fault fault) {
    return DataFetcherResult.newResult().error(GraphqlFaults.error(environment, fault)).build();
  }
}
