package io.helmgate.extauthz.check;

import com.google.protobuf.Struct;
import com.google.rpc.Code;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.profile.DecisionPipeline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Answers Envoy. Runs on a thread that may block, unless the call is refused at once. */
public final class CheckService extends AuthorizationGrpc.AuthorizationImplBase {

  private static final Logger log = LoggerFactory.getLogger(CheckService.class);
  private static final int REPLY_PART = 10;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final DecisionPipeline pipeline;
  private final Duration stageDeadline;
  private final InstantSource clock;
  private final Consumer<RuntimeException> faults;

  /**
   * Makes the service.
   *
   * @param stageDeadline longest time for a decision; an earlier deadline of the call goes first
   * @param faults is told of faults of this service, for metrics
   */
  public CheckService(
      DecisionPipeline pipeline,
      Duration stageDeadline,
      InstantSource clock,
      Consumer<RuntimeException> faults) {
    this.pipeline = pipeline;
    this.stageDeadline = stageDeadline;
    this.clock = clock;
    this.faults = faults;
  }

  @Override
  public void check(CheckRequest check, StreamObserver<CheckResponse> replies) {
    replies.onNext(answer(check));
    replies.onCompleted();
  }

  /** The answer to a request, which may block until the deadline; never an exception. */
  public CheckResponse answer(CheckRequest check) {
    try {
      AuthRequest request = EnvoyRequest.read(check);
      try (var _ = MDC.putCloseable("request_id", request.id())) {
        Ruling ruling =
            EarlyRefusal.refused()
                ? pipeline.refuse(request)
                : pipeline.decide(request, deadline());
        return EnvoyResponse.of(ruling, request.grpc());
      }
    } catch (RuntimeException e) {
      // The edge of the RPC: a fault of this service must let nothing pass.
      log.error(
          "request {}: no decision for a fault of this service",
          check.getAttributes().getRequest().getHttp().getId(),
          e);
      faults.accept(e);
      return CheckResponse.newBuilder()
          .setStatus(com.google.rpc.Status.newBuilder().setCode(Code.UNAVAILABLE.getNumber()))
          .setDynamicMetadata(Struct.getDefaultInstance())
          .setDeniedResponse(EnvoyResponse.unavailable(RETRY_AFTER))
          .build();
    }
  }

  private Instant deadline() {
    Instant now = clock.instant();
    Instant own = now.plus(stageDeadline);
    Deadline callers = Context.current().getDeadline();
    if (callers == null) {
      return own;
    }
    // A part is left for the reply: a refusal that comes too late is an error, which may fail open.
    long remaining = callers.timeRemaining(TimeUnit.NANOSECONDS);
    Instant theirs = now.plusNanos(remaining - remaining / REPLY_PART);
    return theirs.isBefore(own) ? theirs : own;
  }
}
