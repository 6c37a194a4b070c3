package io.helmgate.kit.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * An error, as each transport writes it.
 *
 * @param fields the fields named at fault
 * @param incident id of an internal error
 */
public record Failure(Code code, String message, List<String> fields, Optional<String> incident) {

  /** What a gRPC status with its details says. */
  public static Failure of(Status status) {
    var fields =
        details(status, BadRequest.class)
            .map(
                detail ->
                    detail.getFieldViolationsList().stream()
                        .map(BadRequest.FieldViolation::getField)
                        .toList());
    return new Failure(
        Code.forNumber(status.getCode()),
        status.getMessage(),
        fields.orElse(List.of()),
        details(status, ErrorInfo.class)
            .map(info -> info.getMetadataOrDefault("incident", ""))
            .filter(incident -> !incident.isEmpty()));
  }

  /** What problem+json says. */
  public static Failure ofProblem(JsonNode problem) {
    return of(problem, problem.path("detail"), problem.path("errors"));
  }

  /** What an error of a GraphQL answer says. */
  public static Failure ofGraphql(JsonNode error) {
    var extensions = error.path("extensions");
    return of(extensions, error.path("message"), extensions.path("violations"));
  }

  private static Failure of(JsonNode error, JsonNode message, JsonNode violations) {
    return new Failure(
        Code.valueOf(error.path("code").asText()),
        message.asText(),
        StreamSupport.stream(violations.spliterator(), false)
            .map(violation -> violation.path("field").asText())
            .toList(),
        Optional.of(error.path("incident").asText()).filter(text -> !text.isEmpty()));
  }

  private static <T extends Message> Optional<T> details(Status status, Class<T> type) {
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(type))
        .findFirst()
        .map(
            detail -> {
              try {
                return detail.unpack(type);
              } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
              }
            });
  }
}
