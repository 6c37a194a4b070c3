package io.helmgate.deployer.grpc;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.fault.Statuses;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes faults as gRPC does, with their {@code google.rpc.Status}. */
public final class GrpcFaults {

  private GrpcFaults() {}

  static StatusRuntimeException exception(Fault fault) {
    return StatusProto.toStatusRuntimeException(Statuses.of(fault));
  }

  /**
   * A response of headers only ("Trailers-Only" of the protocol "gRPC over HTTP/2"), for requests
   * that do not reach the gRPC service.
   *
   * @param contentType of the request, which the response repeats
   */
  public static HttpResponse response(Fault fault, MediaType contentType) {
    var details =
        Base64.getEncoder().withoutPadding().encodeToString(Statuses.of(fault).toByteArray());
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(contentType)
            .endOfStream(true)
            .add("grpc-status", String.valueOf(fault.code().getNumber()))
            .add("grpc-message", percentEncoded(fault.message()))
            .add("grpc-status-details-bin", details)
            .build());
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
