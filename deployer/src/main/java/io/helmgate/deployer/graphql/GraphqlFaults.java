package io.helmgate.deployer.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.rpc.Code;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.schema.DataFetchingEnvironment;
import io.helmgate.deployer.fault.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes faults as GraphQL errors. {@code extensions} has {@code code}, the name of the gRPC code;
 * {@code violations}, a list of {@code {field, description}} for an invalid request; {@code
 * incident}, the id of an internal error.
 */
public final class GraphqlFaults {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CODE = "code";

  private GraphqlFaults() {}

  /** A response without data, for a request of which nothing was executed. */
  public static HttpResponse response(Fault fault) {
    return HttpResponse.of(
        HttpStatus.valueOf(fault.httpStatus()),
        MediaType.JSON_UTF_8,
        json(
            Map.of(
                "errors",
                List.of(Map.of("message", fault.message(), "extensions", extensions(fault))))));
  }

  /** What came of an execution: 200, or 400 when none began. */
  static HttpResponse response(ExecutionResult result) {
    return HttpResponse.of(
        HttpStatus.valueOf(result.isDataPresent() ? 200 : 400), MediaType.JSON_UTF_8, text(result));
  }

  /** A result as JSON. */
  static String text(ExecutionResult result) {
    var answer = new LinkedHashMap<String, Object>();
    if (!result.getErrors().isEmpty()) {
      answer.put("errors", result.getErrors().stream().map(GraphqlFaults::error).toList());
    }
    if (result.isDataPresent()) {
      answer.put("data", result.getData());
    }
    return json(answer);
  }

  /** The fault of the field that is being resolved. */
  static GraphQLError error(DataFetchingEnvironment field, Fault fault) {
    return GraphqlErrorBuilder.newError(field)
        .message("%s", fault.message())
        .extensions(extensions(fault))
        .build();
  }

  /** An error that no resolver named a code for is a bug: the schema's or a resolver's. */
  private static Map<String, Object> error(GraphQLError error) {
    var written = new LinkedHashMap<>(error.toSpecification());
    var extensions = error.getExtensions();
    written.put(
        "extensions",
        extensions != null && extensions.containsKey(CODE)
            ? extensions
            : Map.of(CODE, Code.INTERNAL.name()));
    return written;
  }

  private static Map<String, Object> extensions(Fault fault) {
    var extensions = new LinkedHashMap<String, Object>();
    extensions.put(CODE, fault.code().name());
    if (!fault.violations().isEmpty()) {
      extensions.put("violations", fault.violations());
    }
    fault.incident().ifPresent(incident -> extensions.put("incident", incident));
    return extensions;
  }

  private static String json(Map<String, Object> answer) {
    try {
      return JSON.writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every GraphQL answer is JSON", e);
    }
  }
}
