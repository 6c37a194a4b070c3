package io.helmgate.deployer.grpc;

import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.common.util.Exceptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.helmgate.deployer.fault.Fault;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes INTERNAL with an incident of what gRPC would call UNKNOWN: an exception nobody expected.
 */
public final class GrpcBugs implements GrpcExceptionHandlerFunction {

  private static final Logger LOG = LoggerFactory.getLogger(GrpcBugs.class);

  private final Supplier<String> incidentIds;

  /**
   * Names incidents by the ids that are given.
   *
   * @param incidentIds gives a new id each time
   */
  public GrpcBugs(Supplier<String> incidentIds) {
    this.incidentIds = incidentIds;
  }

  @Override
  public Status apply(RequestContext context, Status status, Throwable cause, Metadata metadata) {
    if (status.getCode() != Status.Code.UNKNOWN) {
      return status;
    }
    if (Exceptions.peel(cause) instanceof ClosedStreamException) {
      return Status.CANCELLED.withDescription("the client has gone");
    }
    var incident = incidentIds.get();
    LOG.error("call failed unexpectedly: {}, incident {}", context.path(), incident, cause);
    return Status.INTERNAL.withDescription(Fault.internal(incident).message());
  }
}
