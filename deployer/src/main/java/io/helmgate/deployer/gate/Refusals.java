package io.helmgate.deployer.gate;

import com.google.rpc.Code;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.kit.call.Refusal;

/** Refusals of the decoder as faults. */
final class Refusals {

  private Refusals() {}

  static Fault fault(Refusal reason, String message) {
    var code =
        switch (reason) {
          case MALFORMED -> Code.INVALID_ARGUMENT;
          // As extauthz answers, and as gRPC's compression.md wants for a coding that is not known.
          case UNKNOWN_ROUTE, METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE -> Code.UNIMPLEMENTED;
          case TOO_LARGE -> Code.RESOURCE_EXHAUSTED;
        };
    return Fault.ofHttp(reason.httpStatus(), code, message);
  }
}
