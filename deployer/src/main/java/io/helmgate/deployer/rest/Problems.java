package io.helmgate.deployer.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.helmgate.deployer.fault.Fault;

/**
 * Writes faults as RFC 9457 problem details.
 *
 * <p>Extension members: {@code code}, the name of the gRPC code; {@code errors}, a list of {@code
 * {field, detail}} for an invalid request; {@code incident}, the id of an internal error.
 */
public final class Problems {

  private static final MediaType JSON_PROBLEM = MediaType.create("application", "problem+json");

  private Problems() {}

  public static HttpResponse response(Fault fault) {
    var problem = JsonNodeFactory.instance.objectNode();
    problem.put("type", "about:blank");
    problem.put("title", HttpStatus.valueOf(fault.httpStatus()).reasonPhrase());
    problem.put("status", fault.httpStatus());
    problem.put("detail", fault.message());
    problem.put("code", fault.code().name());
    if (!fault.violations().isEmpty()) {
      var errors = problem.putArray("errors");
      fault
          .violations()
          .forEach(
              violation ->
                  errors
                      .addObject()
                      .put("field", violation.field())
                      .put("detail", violation.description()));
    }
    fault.incident().ifPresent(incident -> problem.put("incident", incident));
    return HttpResponse.of(
        HttpStatus.valueOf(fault.httpStatus()), JSON_PROBLEM, problem.toString());
  }
}
