package io.helmgate.deployer.gate;

import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.deployer.dispatch.CallOrigin;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.gate.IdentityCheck.Identity;
import io.helmgate.kit.assertion.AssertionVerifier;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallDigest;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HttpCallRequest;
import io.helmgate.kit.call.Refusal;
import io.helmgate.kit.call.Transport;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a request through to its transport when its calls are the ones that were authorised. */
public final class Gate {

  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  // Outcomes, as the metric names them.
  private static final String ADMITTED = "admitted";
  private static final String NO_ASSERTION = "no_valid_assertion";
  private static final String UNDECODABLE = "undecodable";
  private static final String OTHER_CALL = "other_call";
  private static final String DECODER_FAULT = "decoder_fault";

  private final CallDecoder decoder;
  private final IdentityCheck identities;
  private final FaultWriter faults;
  private final MetricRegistry metrics;

  public Gate(
      CallDecoder decoder, AssertionVerifier verifier, FaultWriter faults, MetricRegistry metrics) {
    this.decoder = decoder;
    this.identities = new IdentityCheck(verifier);
    this.faults = faults;
    this.metrics = metrics;
  }

  /** Guards the service of some transports; it gets the request whole, and authorised. */
  public Function<HttpService, HttpService> before(Set<Transport> transports) {
    return service ->
        service.decorate(
            (delegate, context, request) -> admit(delegate, context, request, transports));
  }

  /** Guards gRPC reflection, which streams: needs an assertion that is bound to no call. */
  public Function<HttpService, HttpService> beforeReflection() {
    return service ->
        service.decorate(
            (delegate, context, request) ->
                switch (identities.identify(request.headers())) {
                  case Identity.Refused(var fault) ->
                      refuse(request.headers(), NO_ASSERTION, fault);
                  case Identity.Known known when known.callDigest().isPresent() ->
                      refuse(
                          request.headers(),
                          OTHER_CALL,
                          denied("the assertion is for a call, not for reflection"));
                  case Identity.Known known -> {
                    count(ADMITTED);
                    yield delegate.serve(context, request);
                  }
                });
  }

  /** Also a refusal waits for the whole body: an earlier one resets the stream of the sender. */
  private HttpResponse admit(
      HttpService delegate,
      ServiceRequestContext context,
      HttpRequest request,
      Set<Transport> transports) {
    var identity = identities.identify(request.headers());
    return HttpResponse.of(
        request
            .aggregate()
            .thenApplyAsync(
                whole ->
                    switch (identity) {
                      case Identity.Refused(var fault) ->
                          refuse(whole.headers(), NO_ASSERTION, fault);
                      case Identity.Known known ->
                          compare(delegate, context, whole, known, transports);
                    },
                context.blockingTaskExecutor())
            .exceptionally(cause -> unread(request.headers(), cause)));
  }

  private HttpResponse compare(
      HttpService delegate,
      ServiceRequestContext context,
      AggregatedHttpRequest request,
      Identity.Known identity,
      Set<Transport> transports) {
    var headers = request.headers();
    return switch (decoder.decode(undecoded(context, request))) {
      case Decoding.Refused(var reason, var message) ->
          refuse(headers, UNDECODABLE, Refusals.fault(reason, message));
      case Decoding.Decoded(var transport, var calls, var graphql) -> {
        if (identity.callDigest().isEmpty()) {
          yield refuse(headers, OTHER_CALL, denied("the assertion allows no call"));
        }
        if (!transports.contains(transport)) {
          yield decoderFault(headers, calls, "read as " + transport + ", routed to " + transports);
        }
        if (!same(CallDigest.of(calls), identity.callDigest().get())) {
          yield decoderFault(headers, calls, "other digest than asserted");
        }
        var requestId = headers.get("x-request-id", "");
        new AuthorizedRequest(
                new CallOrigin(identity.caller(), transport, requestId), calls, graphql)
            .attachTo(context);
        count(ADMITTED);
        yield pass(delegate, context, request.toHttpRequest());
      }
    };
  }

  private static HttpResponse pass(
      HttpService delegate, ServiceRequestContext context, HttpRequest request) {
    context.updateRequest(request);
    try {
      return delegate.serve(context, request);
    } catch (Exception e) {
      return Exceptions.throwUnsafely(e);
    }
  }

  /** The request with its path as it was sent: Armeria's own path is already normalised. */
  private static HttpCallRequest undecoded(
      ServiceRequestContext context, AggregatedHttpRequest request) {
    var headers = new LinkedHashMap<String, List<String>>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.charAt(0) != ':') {
                headers.computeIfAbsent(name.toString(), ignored -> new ArrayList<>()).add(value);
              }
            });
    return new HttpCallRequest(
        request.method().name(),
        context.rawPath(),
        headers,
        ByteString.copyFrom(request.content().array()));
  }

  /**
   * The request that was authorised was read as other calls: a bug of one of the decoders, or a
   * request that was changed on its way.
   */
  private HttpResponse decoderFault(RequestHeaders headers, List<Call> calls, String what) {
    LOG.error(
        "decoder fault: {}: {}, request id {}",
        what,
        calls.stream().map(Call::method).toList(),
        headers.get("x-request-id", ""));
    return refuse(headers, DECODER_FAULT, denied("the request is not the one that was authorised"));
  }

  private static Fault denied(String message) {
    return Fault.of(Code.PERMISSION_DENIED, message);
  }

  private HttpResponse refuse(RequestHeaders headers, String outcome, Fault fault) {
    count(outcome);
    return faults.write(headers, fault);
  }

  private void count(String outcome) {
    metrics.counter(MetricName.build("deployer_requests").tagged("outcome", outcome)).inc();
  }

  private HttpResponse unread(RequestHeaders headers, Throwable cause) {
    var peeled = Exceptions.peel(cause);
    return peeled instanceof ContentTooLargeException
        ? refuse(headers, UNDECODABLE, Refusals.fault(Refusal.TOO_LARGE, "the body is too large"))
        : Exceptions.throwUnsafely(peeled);
  }

  private static boolean same(String digest, String asserted) {
    return MessageDigest.isEqual(
        digest.getBytes(StandardCharsets.UTF_8), asserted.getBytes(StandardCharsets.UTF_8));
  }
}
