package io.helmgate.deployer.gate;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import io.helmgate.deployer.fault.Fault;

/** Writes a fault in the form that the client of a request reads. */
@FunctionalInterface
public interface FaultWriter {

  /**
   * The whole response.
   *
   * @param request headers of the request at fault, which tell what protocol its client speaks
   */
  HttpResponse write(RequestHeaders request, Fault fault);
}
