package io.helmgate.deployer.grpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.helmgate.deployer.fault.Fault;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Writes faults as {@code google.rpc.Status} with an ErrorInfo (reason: the code's name; metadata
 * {@code incident} for an internal error) and, for an invalid request, a BadRequest.
 */
public final class GrpcFaults {

  private static final String DOMAIN = "helmgate.io";

  private GrpcFaults() {}

  static StatusRuntimeException exception(Fault fault) {
    return StatusProto.toStatusRuntimeException(status(fault));
  }

  /**
   * A response of headers only ("Trailers-Only" of the protocol "gRPC over HTTP/2"), for requests
   * that do not reach the gRPC service.
   *
   * @param contentType of the request, which the response repeats
   */
  public static HttpResponse response(Fault fault, MediaType contentType) {
    var details = Base64.getEncoder().withoutPadding().encodeToString(status(fault).toByteArray());
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(contentType)
            .endOfStream(true)
            .add("grpc-status", String.valueOf(fault.code().getNumber()))
            .add("grpc-message", percentEncoded(fault.message()))
            .add("grpc-status-details-bin", details)
            .build());
  }

  private static Status status(Fault fault) {
    var info = ErrorInfo.newBuilder().setReason(fault.code().name()).setDomain(DOMAIN);
    fault.incident().ifPresent(incident -> info.putMetadata("incident", incident));
    var status =
        Status.newBuilder()
            .setCode(fault.code().getNumber())
            .setMessage(fault.message())
            .addDetails(Any.pack(info.build()));
    if (!fault.violations().isEmpty()) {
      var badRequest = BadRequest.newBuilder();
      fault
          .violations()
          .forEach(
              violation ->
                  badRequest
                      .addFieldViolationsBuilder()
                      .setField(violation.field())
                      .setDescription(violation.description()));
      status.addDetails(Any.pack(badRequest.build()));
    }
    return status.build();
  }

  /** As "gRPC over HTTP/2" asks for grpc-message: printable ASCII without '%' stays. */
  private static String percentEncoded(String message) {
    var encoded = new StringBuilder();
    for (byte unit : message.getBytes(StandardCharsets.UTF_8)) {
      if (unit >= ' ' && unit <= '~' && unit != '%') {
        encoded.append((char) unit);
      } else {
        encoded.append(String.format("%%%02X", unit));
      }
    }
    return encoded.toString();
  }
}
