package io.helmgate.deployer.server;

import com.google.rpc.Code;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.gate.FaultWriter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests that no service answered: Armeria's own refusals, time-outs, and bugs. */
final class UnansweredRequests implements ServerErrorHandler {

  private static final Logger LOG = LoggerFactory.getLogger(UnansweredRequests.class);

  private final FaultWriter faults;
  private final Supplier<String> incidentIds;

  UnansweredRequests(FaultWriter faults, Supplier<String> incidentIds) {
    this.faults = faults;
    this.incidentIds = incidentIds;
  }

  @Override
  public HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    var headers = context.request().headers();
    return switch (Exceptions.peel(cause)) {
      case HttpResponseException answer -> answer.httpResponse();
      case HttpStatusException status -> faults.write(headers, fault(status.httpStatus()));
      case RequestTimeoutException timeout ->
          faults.write(headers, Fault.of(Code.DEADLINE_EXCEEDED, "the request took too long"));
      case Throwable bug -> {
        var incident = incidentIds.get();
        LOG.error(
            "request failed unexpectedly: {}, request id {}, incident {}",
            context.path(),
            headers.get("x-request-id", ""),
            incident,
            bug);
        yield faults.write(headers, Fault.internal(incident));
      }
    };
  }

  @Override
  public @Nullable AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    if (headers == null) {
      return null;
    }
    // Ready-made responses aggregate at once.
    return faults.write(headers, fault(status)).aggregate().join();
  }

  private static Fault fault(HttpStatus status) {
    var code =
        switch (status.code()) {
          case 404, 405 -> Code.UNIMPLEMENTED;
          case 413, 414, 431 -> Code.RESOURCE_EXHAUSTED;
          case 503 -> Code.UNAVAILABLE;
          default -> status.isClientError() ? Code.INVALID_ARGUMENT : Code.INTERNAL;
        };
    return Fault.ofHttp(status.code(), code, status.reasonPhrase());
  }
}
