package io.helmgate.bench.load;

import com.google.common.io.ByteStreams;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Asks at a fixed rate, whether or not answers come. The time of an answer counts from when its
 * request was due, so that a server which stalls is charged for every request that it kept from
 * being sent or answered meanwhile (no coordinated omission).
 */
public final class OpenLoop implements AutoCloseable {

  private static final int CONNECTIONS = 4;
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(60);
  private static final long LONGEST = Duration.ofMinutes(1).toNanos();
  private static final int SIGNIFICANT_DIGITS = 3;

  /** Requests are sent as they are, so that this side costs little. */
  private static final MethodDescriptor<byte[], byte[]> CHECK =
      AuthorizationGrpc.getCheckMethod().toBuilder(new Bytes(), new Bytes()).build();

  private final List<ManagedChannel> channels = new ArrayList<>();

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return ByteStreams.toByteArray(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Connects to a server on this machine. */
  public OpenLoop(int port) {
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .usePlaintext()
              .directExecutor()
              .build());
    }
  }

  /**
   * Sends for a while.
   *
   * @param requests the request of each number, a serialized {@code CheckRequest}
   * @return times from due to answered, in nanoseconds
   */
  public Histogram run(IntFunction<byte[]> requests, int perSecond, Duration time)
      throws InterruptedException {
    Histogram nanos = new ConcurrentHistogram(LONGEST, SIGNIFICANT_DIGITS);
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    int count = Math.toIntExact(time.toNanos() / interval);
    CountDownLatch open = new CountDownLatch(count);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = start + i * interval;
      await(due);
      ClientCalls.asyncUnaryCall(
          channels.get(i % channels.size()).newCall(CHECK, CallOptions.DEFAULT),
          requests.apply(i),
          new Answer(due, nanos, failures, open));
    }
    if (!open.await(LAST_ANSWERS.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          open.getCount() + " requests had no answer after " + LAST_ANSWERS);
    }
    Throwable failure = failures.peek();
    if (failure != null) {
      throw new IllegalStateException(failures.size() + " requests failed, the first", failure);
    }
    return nanos;
  }

  private static void await(long due) throws InterruptedException {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private static final class Answer implements StreamObserver<byte[]> {

    private final long due;
    private final Histogram nanos;
    private final ConcurrentLinkedQueue<Throwable> failures;
    private final CountDownLatch open;
    private boolean empty = true;

    Answer(
        long due, Histogram nanos, ConcurrentLinkedQueue<Throwable> failures, CountDownLatch open) {
      this.due = due;
      this.nanos = nanos;
      this.failures = failures;
      this.open = open;
    }

    @Override
    public void onNext(byte[] reply) {
      empty = reply.length == 0;
    }

    @Override
    public void onError(Throwable failure) {
      failures.add(failure);
      open.countDown();
    }

    @Override
    public void onCompleted() {
      nanos.recordValue(Math.min(LONGEST, Math.max(0, System.nanoTime() - due)));
      if (empty) {
        failures.add(Status.INTERNAL.withDescription("an empty reply").asRuntimeException());
      }
      open.countDown();
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
