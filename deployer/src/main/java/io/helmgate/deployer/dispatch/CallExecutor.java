package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.deployer.audit.AuditRecord;
import io.helmgate.deployer.audit.AuditSink;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.Transport;
import io.helmgate.proto.App;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Executes decoded calls for all transports. Blocks until a call is done and never throws: what is
 * unexpected is logged once, with an id that the client is told.
 */
public final class CallExecutor {

  private static final Logger LOG = LoggerFactory.getLogger(CallExecutor.class);

  private final Calls calls;
  private final String facadeCluster;
  private final AuditSink audit;
  private final MetricRegistry metrics;
  private final Supplier<String> incidentIds;
  private final LongSupplier nanoTime;

  /**
   * @param facadeCluster name of the cluster that calls of the facade are on
   */
  public CallExecutor(
      Calls calls,
      String facadeCluster,
      AuditSink audit,
      MetricRegistry metrics,
      Supplier<String> incidentIds,
      LongSupplier nanoTime) {
    this.calls = calls;
    this.facadeCluster = facadeCluster;
    this.audit = audit;
    this.metrics = metrics;
    this.incidentIds = incidentIds;
    this.nanoTime = nanoTime;
  }

  /**
   * Executes one call of a request, audits it, and cuts its response down to the view; but for
   * GraphQL, which selects by itself and needs the whole to fill objects of which only {@code
   * __typename} is selected.
   */
  public Reply execute(CallOrigin origin, Call call) {
    try (var _ = MDC.putCloseable("request_id", origin.requestId());
        var _ = MDC.putCloseable("decision_id", origin.caller().decisionId())) {
      long start = nanoTime.getAsLong();
      var reply = attempt(origin, call);
      var duration = Duration.ofNanos(nanoTime.getAsLong() - start);
      count(origin, call, reply, duration);
      audit.keep(entry(origin, call, reply, duration));
      return switch (reply) {
        case Reply.Done(Message response, String operation) ->
            new Reply.Done(viewed(origin, call.request(), response), operation);
        case Reply.Streaming(var messages) ->
            new Reply.Streaming(
                subscriber ->
                    messages.subscribe(
                        new MappingSubscriber<>(
                            subscriber, message -> viewed(origin, call.request(), message))));
        case Reply.Failed failed -> failed;
      };
    }
  }

  private static Message viewed(CallOrigin origin, Message request, Message response) {
    return origin.transport() == Transport.GRAPHQL ? response : Views.apply(request, response);
  }

  private Reply attempt(CallOrigin origin, Call call) {
    try {
      return calls.execute(origin.caller(), call);
    } catch (RuntimeException e) {
      var incident = incidentIds.get();
      LOG.error("call failed unexpectedly: {}, incident {}", call.method(), incident, e);
      return new Reply.Failed(Fault.internal(incident));
    }
  }

  private void count(CallOrigin origin, Call call, Reply reply, Duration duration) {
    var name =
        MetricName.build("deployer_call_seconds")
            .tagged(
                "method", action(call), "transport", transport(origin), "code", code(reply).name());
    metrics.timer(name).update(duration.toNanos(), TimeUnit.NANOSECONDS);
  }

  private AuditRecord entry(CallOrigin origin, Call call, Reply reply, Duration duration) {
    var target = AuditTargets.of(call.request(), facadeCluster);
    var app =
        reply instanceof Reply.Done(App response, String _) ? response : App.getDefaultInstance();
    return new AuditRecord(
        origin.caller(),
        transport(origin),
        origin.requestId(),
        action(call),
        target,
        app.getRelease().getVersion(),
        app.getChart().getVersion(),
        reply.operation().isEmpty() ? AuditTargets.operation(call.request()) : reply.operation(),
        code(reply),
        reply instanceof Reply.Failed(Fault fault, String _) ? fault.message() : "",
        duration);
  }

  private static Code code(Reply reply) {
    return switch (reply) {
      case Reply.Done _, Reply.Streaming _ -> Code.OK;
      case Reply.Failed(Fault fault, String _) -> fault.code();
    };
  }

  private static String action(Call call) {
    return call.method().substring(call.method().lastIndexOf('/') + 1);
  }

  private static String transport(CallOrigin origin) {
    return origin.transport().name().toLowerCase(Locale.ROOT);
  }
}
