package io.helmgate.deployer.fault;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;

/**
 * Writes faults as {@code google.rpc.Status} with an ErrorInfo (reason: the code's name; metadata
 * {@code incident} for an internal error) and, for an invalid request, a BadRequest.
 */
public final class Statuses {

  private static final String DOMAIN = "helmgate.io";

  private Statuses() {}

  public static Status of(Fault fault) {
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
}
