package io.helmgate.deployer.server;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.gate.FaultWriter;
import io.helmgate.deployer.graphql.GraphqlFaults;
import io.helmgate.deployer.grpc.GrpcFaults;
import io.helmgate.deployer.rest.Problems;
import java.util.Set;

/** Writes a fault by the protocol that its request speaks. */
final class ProtocolFaults implements FaultWriter {

  static final String GRAPHQL_PATH = "/graphql";

  private static final Set<MediaType> GRPC =
      Set.of(
          MediaType.parse("application/grpc"),
          MediaType.parse("application/grpc+proto"),
          MediaType.parse("application/grpc-web"),
          MediaType.parse("application/grpc-web+proto"));

  @Override
  public HttpResponse write(RequestHeaders request, Fault fault) {
    var contentType = request.contentType();
    if (contentType != null && GRPC.contains(contentType)) {
      return GrpcFaults.response(fault, contentType);
    }
    return request.path().equals(GRAPHQL_PATH)
        ? GraphqlFaults.response(fault)
        : Problems.response(fault);
  }
}
