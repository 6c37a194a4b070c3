package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.operation.OperationWatch;
import io.helmgate.deployer.operation.OperationWatch.Step;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.LongSupplier;
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
  private final LongSupplier nanoTime;
  private final Semaphore free = new Semaphore(MAX_STREAMS);

  /**
   * @param longest after so long a stream ends, and its client comes again with a new token
   */
  public OperationStreams(OperationMessages messages, Duration longest, LongSupplier nanoTime) {
    this.messages = messages;
    this.longest = longest;
    this.nanoTime = nanoTime;
  }

  Reply reply(OperationWatch watch) {
    if (!free.tryAcquire()) {
      watch.close();
      return new Reply.Failed(
          Fault.of(Code.RESOURCE_EXHAUSTED, "too many streams (expected: to try later)"));
    }
    return new Reply.Streaming(subscriber -> stream(watch, subscriber));
  }

  private void stream(OperationWatch watch, Flow.Subscriber<? super Message> subscriber) {
    var events =
        new SubmissionPublisher<Message>(
            task -> Thread.ofVirtual().name("stream-", 0).start(task), BUFFER);
    events.subscribe(subscriber);
    Thread.ofVirtual().name("watch").start(() -> pump(watch, events));
  }

  private void pump(OperationWatch watch, SubmissionPublisher<Message> events) {
    long end = nanoTime.getAsLong() + longest.toNanos();
    try (watch;
        events) {
      while (events.hasSubscribers() && nanoTime.getAsLong() < end) {
        switch (watch.next(HEARTBEAT)) {
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
}
