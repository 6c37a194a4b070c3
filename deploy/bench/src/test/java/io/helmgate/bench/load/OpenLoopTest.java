package io.helmgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OpenLoopTest {

  private static final CheckResponse REPLY =
      CheckResponse.newBuilder().setStatus(com.google.rpc.Status.newBuilder().setCode(7)).build();

  private final AtomicInteger calls = new AtomicInteger();
  private volatile long stallNanos;
  private volatile boolean failing;
  private final Server server = start();

  private Server start() {
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              InsecureServerCredentials.create())
          // One thread for all calls: while it stalls, nobody is answered.
          .directExecutor()
          .workerEventLoopGroup(
              new io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup(
                  1, io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler.newFactory()))
          .bossEventLoopGroup(
              new io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup(
                  1, io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler.newFactory()))
          .channelType(
              io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel.class)
          .addService(
              new AuthorizationGrpc.AuthorizationImplBase() {
                @Override
                public void check(CheckRequest request, StreamObserver<CheckResponse> replies) {
                  answer(replies);
                }
              })
          .build()
          .start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void answer(StreamObserver<CheckResponse> replies) {
    if (failing) {
      replies.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    }
    if (calls.incrementAndGet() == 100) {
      long end = System.nanoTime() + stallNanos;
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    }
    replies.onNext(REPLY);
    replies.onCompleted();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  @Test
  void everyRequestIsSentAndCounted() throws InterruptedException {
    Histogram nanos = run(1000, Duration.ofMillis(500));

    assertThat(nanos.getTotalCount()).isEqualTo(500);
    assertThat(calls).hasValue(500);
  }

  @Test
  void requestsThatAStallKeptWaitingAreChargedToIt() throws InterruptedException {
    stallNanos = TimeUnit.MILLISECONDS.toNanos(300);

    Histogram nanos = run(1000, Duration.ofSeconds(1));

    // 300 requests were due meanwhile; the half of them that were due first waited 150 ms or more.
    long late =
        nanos.getCountBetweenValues(
            TimeUnit.MILLISECONDS.toNanos(145), TimeUnit.SECONDS.toNanos(30));
    assertThat(late).isGreaterThanOrEqualTo(150);
  }

  @Test
  void aFailedRequestFailsTheRun() {
    failing = true;

    assertThatThrownBy(() -> run(1000, Duration.ofMillis(50)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("50 requests failed")
        .hasRootCauseMessage("UNAVAILABLE");
  }

  private Histogram run(int perSecond, Duration time) throws InterruptedException {
    try (OpenLoop load = new OpenLoop(server.getPort())) {
      return load.run(_ -> new byte[0], perSecond, time);
    }
  }
}
