package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.operation.OperationWatch;
import io.helmgate.deployer.operation.OperationWatch.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SubmissionPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches as streams of messages: with heartbeats, not for ever, and not too many at a time. */
public final class OperationStreams {

  private static final Logger log = LoggerFactory.getLogger(OperationStreams.class);

  /** Below the idle timeouts of everything between here and a client. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(20);

  private static final int MAX_STREAMS = 1000;

  /** Messages that wait for a slow client; then its watch waits too. */
  private static final int BUFFER = 16;

  private final OperationMessages messages;
  private final Duration longest;
  private final InstantSource clock;
  private final Semaphore free = new Semaphore(MAX_STREAMS);

  /**
   * @param longest after so long a stream ends, and its client comes again
   */
  public OperationStreams(OperationMessages messages, Duration longest, InstantSource clock) {
    this.messages = messages;
    this.longest = longest;
    this.clock = clock;
  }

  /**
   * A watch as a stream.
   *
   * @param until the end of the watcher's token, which is the stream's end too
   */
  Reply reply(OperationWatch watch, Instant until) {
    if (!free.tryAcquire()) {
      watch.close();
      return new Reply.Failed(
          Fault.of(Code.RESOURCE_EXHAUSTED, "too many streams (expected: to try later)"));
    }
    return new Reply.Streaming(subscriber -> stream(watch, until, subscriber));
  }

  private void stream(
      OperationWatch watch, Instant until, Flow.Subscriber<? super Message> subscriber) {
    var events =
        new SubmissionPublisher<Message>(
            task -> Thread.ofVirtual().name("stream-", 0).start(task), BUFFER);
    events.subscribe(subscriber);
    Thread.ofVirtual().name("watch").start(() -> pump(watch, until, events));
  }

  private void pump(OperationWatch watch, Instant until, SubmissionPublisher<Message> events) {
    Instant end = earlier(until, clock.instant().plus(longest));
    try (watch;
        events) {
      while (events.hasSubscribers() && clock.instant().isBefore(end)) {
        switch (watch.next(earlier(HEARTBEAT, Duration.between(clock.instant(), end)))) {
          case Step.Happened(var event, var ended) -> events.submit(messages.event(event, ended));
          case Step.Quiet() -> events.submit(messages.heartbeat());
          case Step.Over() -> {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("A watch failed unexpectedly", e);
      events.closeExceptionally(e);
    } finally {
      free.release();
    }
  }

  private static <T extends Comparable<T>> T earlier(T one, T other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
