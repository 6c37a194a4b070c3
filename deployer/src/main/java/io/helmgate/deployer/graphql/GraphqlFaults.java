package io.helmgate.deployer.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.ResultPath;
import graphql.language.SourceLocation;
import io.helmgate.deployer.fault.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes faults as GraphQL errors. {@code extensions} has {@code code}, the name of the gRPC code;
 * {@code violations}, a list of {@code {field, description}} for an invalid request; {@code
 * incident}, the id of an internal error.
 */
public final class GraphqlFaults {

  private static final ObjectMapper JSON = new ObjectMapper();

  private GraphqlFaults() {}

  /** A response without data, for a request of which nothing was executed. */
  public static HttpResponse response(Fault fault) {
    return response(fault.httpStatus(), List.of(error(fault, Optional.empty(), Optional.empty())));
  }

  static HttpResponse response(int httpStatus, List<GraphQLError> errors) {
    return write(
        HttpStatus.valueOf(httpStatus),
        Map.of("errors", errors.stream().map(GraphQLError::toSpecification).toList()));
  }

  static HttpResponse write(HttpStatus status, Map<String, Object> answer) {
    try {
      return HttpResponse.of(status, MediaType.JSON_UTF_8, JSON.writeValueAsString(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every GraphQL answer is JSON", e);
    }
  }

  static GraphQLError error(
      Fault fault, Optional<ResultPath> path, Optional<SourceLocation> location) {
    var extensions = new LinkedHashMap<String, Object>();
    extensions.put("code", fault.code().name());
    if (!fault.violations().isEmpty()) {
      extensions.put("violations", fault.violations());
    }
    fault.incident().ifPresent(incident -> extensions.put("incident", incident));
    GraphqlErrorBuilder<?> error =
        GraphqlErrorBuilder.newError().message("%s", fault.message()).extensions(extensions);
    path.ifPresent(error::path);
    location.ifPresent(error::location);
    return error.build();
  }
}
