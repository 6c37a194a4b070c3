package io.helmgate.deployer.fault;

import com.google.rpc.Code;
import io.helmgate.deployer.release.Excerpt;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a client gets no response: short enough for the trailers of gRPC, of which clients read 8 KiB
 * (grpc-java's default), and in which a character may become nine.
 *
 * @param code the gRPC code
 * @param httpStatus the HTTP status of the same meaning
 * @param message for the client to read: no internals, no secrets; an excerpt
 * @param violations the fields at fault, when {@code code} is INVALID_ARGUMENT; the first ones, and
 *     how many more there are
 * @param incident id under which the cause stands in the log, when {@code code} is INTERNAL
 */
public record Fault(
    Code code,
    int httpStatus,
    String message,
    List<FieldViolation> violations,
    Optional<String> incident) {

  private static final int MAX_MESSAGE_BYTES = 1_000;
  private static final int MAX_VIOLATIONS = 20;
  private static final int MAX_VIOLATION_BYTES = 250;
  private static final int MAX_VIOLATIONS_BYTES = 2_000;

  public Fault {
    message = Excerpt.of(message, MAX_MESSAGE_BYTES);
    violations = first(violations);
  }

  private static List<FieldViolation> first(List<FieldViolation> all) {
    List<FieldViolation> kept = new ArrayList<>();
    int bytes = 0;
    for (FieldViolation each : all) {
      var field = Excerpt.of(each.field(), MAX_VIOLATION_BYTES);
      var shown = new FieldViolation(field, Excerpt.of(each.description(), MAX_VIOLATION_BYTES));
      bytes += Excerpt.bytes(shown.field()) + Excerpt.bytes(shown.description());
      if (kept.size() == MAX_VIOLATIONS || bytes > MAX_VIOLATIONS_BYTES) {
        kept.add(new FieldViolation("", "and " + (all.size() - kept.size()) + " more"));
        break;
      }
      kept.add(shown);
    }
    return List.copyOf(kept);
  }

  /** A fault with the HTTP status that google.rpc.Code names for the code. */
  public static Fault of(Code code, String message) {
    return new Fault(code, httpStatus(code), message, List.of(), Optional.empty());
  }

  /** A fault of HTTP itself, such as 405, whose status says more than the code. */
  public static Fault ofHttp(int httpStatus, Code code, String message) {
    return new Fault(code, httpStatus, message, List.of(), Optional.empty());
  }

  /** What the domain says. */
  public static Fault of(Reason reason, String message, List<Violation> violations) {
    var code = code(reason);
    return new Fault(
        code,
        httpStatus(code),
        message,
        violations.stream()
            .map(each -> new FieldViolation(each.field(), each.description()))
            .toList(),
        Optional.empty());
  }

  /** A request whose fields break rules; the message names the first. */
  public static Fault invalid(List<FieldViolation> violations) {
    var first = violations.getFirst();
    var more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
    return new Fault(
        Code.INVALID_ARGUMENT,
        httpStatus(Code.INVALID_ARGUMENT),
        first.field() + ": " + first.description() + more,
        violations,
        Optional.empty());
  }

  /** Something that must not happen; the client learns only the id. */
  public static Fault internal(String incident) {
    return new Fault(
        Code.INTERNAL,
        httpStatus(Code.INTERNAL),
        "internal error, incident " + incident,
        List.of(),
        Optional.of(incident));
  }

  private static Code code(Reason reason) {
    return switch (reason) {
      case INVALID_ARGUMENT -> Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Code.NOT_FOUND;
      case ALREADY_EXISTS -> Code.ALREADY_EXISTS;
      case FAILED_PRECONDITION -> Code.FAILED_PRECONDITION;
      case ABORTED -> Code.ABORTED;
      case CANCELLED -> Code.CANCELLED;
      case PERMISSION_DENIED -> Code.PERMISSION_DENIED;
      case RESOURCE_EXHAUSTED -> Code.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Code.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Code.DEADLINE_EXCEEDED;
      case INTERNAL -> Code.INTERNAL;
    };
  }

  /** The mapping that google/rpc/code.proto states with each code. */
  private static int httpStatus(Code code) {
    return switch (code) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case UNKNOWN, INTERNAL, DATA_LOSS, UNRECOGNIZED -> 500;
    };
  }
}
