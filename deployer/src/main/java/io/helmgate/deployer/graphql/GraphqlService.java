package io.helmgate.deployer.graphql;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.rpc.Code;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.gate.AuthorizedRequest;
import io.helmgate.deployer.json.ResponseJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Executes GraphQL documents: 200 with {@code data} and {@code errors} once execution has begun,
 * 400 with {@code errors} for a document that is not executed.
 */
public final class GraphqlService implements HttpService {

  /** The call that the decoder reads of {@code __schema} and {@code __type}. */
  private static final String INTROSPECT = "graphql/Introspect";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GraphQL graphql;
  private final boolean introspection;

  /**
   * A service of the contract's SDL.
   *
   * @param introspection whether the schema may be asked for
   */
  public GraphqlService(CallExecutor executor, ResponseJson json, boolean introspection) {
    this.graphql = GraphqlSchemas.helmgate(executor, json);
    this.introspection = introspection;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    var authorized = AuthorizedRequest.of(context);
    if (!introspection
        && authorized.calls().stream().anyMatch(call -> call.method().equals(INTROSPECT))) {
      return GraphqlFaults.response(Fault.of(Code.PERMISSION_DENIED, "introspection is off"));
    }
    var threads = context.blockingTaskExecutor();
    return HttpResponse.of(
        request
            .aggregate()
            .thenComposeAsync(whole -> execute(whole, authorized, threads), threads));
  }

  private CompletableFuture<HttpResponse> execute(
      AggregatedHttpRequest request, AuthorizedRequest authorized, Executor threads) {
    var body = Body.of(request);
    var input =
        ExecutionInput.newExecutionInput()
            .query(body.query())
            .operationName(body.operationName())
            .variables(Optional.ofNullable(body.variables()).orElseGet(Map::of))
            .graphQLContext(Map.of(AuthorizedRequest.class, authorized, Executor.class, threads))
            .build();
    return graphql.executeAsync(input).thenApply(GraphqlService::response);
  }

  private static HttpResponse response(ExecutionResult result) {
    return result.isDataPresent()
        ? GraphqlFaults.write(HttpStatus.OK, result.toSpecification())
        : GraphqlFaults.response(HttpStatus.BAD_REQUEST.code(), result.getErrors());
  }

  /** A request body. The decoder has read it already, strictly, so that any reader reads alike. */
  private record Body(
      String query,
      @Nullable String operationName,
      @Nullable Map<String, Object> variables,
      @Nullable Object extensions) {

    static Body of(AggregatedHttpRequest request) {
      InputStream bytes = new ByteArrayInputStream(request.content().array());
      try (var body =
          request.headers().contains(HttpHeaderNames.CONTENT_ENCODING, "gzip")
              ? new GZIPInputStream(bytes)
              : bytes) {
        return JSON.readValue(body, Body.class);
      } catch (IOException e) {
        throw new UncheckedIOException("a body that was decoded can be read", e);
      }
    }
  }
}
