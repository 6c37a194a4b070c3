package io.helmgate.extauthz.record;

import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.profile.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink behind a bounded queue and a thread of its own. Offering never waits: what does not fit is
 * counted and forgotten.
 */
final class SinkQueue implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SinkQueue.class);
  private static final int MAX_WAITING = 4096;
  private static final long MAX_WAITING_BYTES = 64L << 20;
  private static final Duration CLOSE_TIME = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofMillis(100);

  private final BlockingQueue<Trail> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong waitingBytes = new AtomicLong();
  private final RecordFormat format;
  private final RecordSink sink;
  private final Counter written;
  private final Counter dropped;
  private final Thread writer;
  private volatile boolean closing;
  private boolean failing;

  SinkQueue(RecordFormat format, RecordSink sink, MetricRegistry metrics) {
    this.format = format;
    this.sink = sink;
    this.written = metrics.counter(metric("written", sink));
    this.dropped = metrics.counter(metric("dropped", sink));
    this.writer = Thread.ofPlatform().name("decision-log-" + sink.name()).daemon().start(this::run);
  }

  private static MetricName metric(String what, RecordSink sink) {
    return MetricName.build("extauthz_decision_log_" + what).tagged("sink", sink.name());
  }

  void offer(Trail trail) {
    long size = size(trail);
    boolean fits = waitingBytes.addAndGet(size) <= MAX_WAITING_BYTES;
    if (closing || !fits || !waiting.offer(trail)) {
      waitingBytes.addAndGet(-size);
      dropped.inc(RecordFormat.count(trail));
    }
  }

  private static long size(Trail trail) {
    return trail.request().weight()
        + trail.evaluations().stream().mapToLong(asked -> asked.document().weight()).sum();
  }

  private void run() {
    try {
      while (!closing || !waiting.isEmpty()) {
        Trail trail = waiting.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        if (trail != null) {
          waitingBytes.addAndGet(-size(trail));
          write(trail);
        }
        attempt(sink::idle, 0);
      }
      attempt(sink::finish, 0);
    } catch (InterruptedException e) {
      // Only close() interrupts, when the time for the rest is over.
      Thread.currentThread().interrupt();
    }
  }

  private void write(Trail trail) throws InterruptedException {
    try {
      for (byte[] record : format.records(trail)) {
        attempt(() -> sink.write(record), 1);
      }
    } catch (RuntimeException e) {
      // The edge of this thread: one record that cannot be written must not end all others.
      dropped.inc(RecordFormat.count(trail));
      log.error("decision {} could not be recorded", trail.id(), e);
    }
  }

  private interface Step {
    int durable() throws IOException, InterruptedException;
  }

  private void attempt(Step step, int atStake) throws InterruptedException {
    try {
      int durable = step.durable();
      written.inc(durable);
      if (failing && durable > 0) {
        failing = false;
        log.info("decision log {}: records are written again", sink.name());
      }
    } catch (LostRecordsException e) {
      dropped.inc(e.count());
      report(e);
    } catch (IOException e) {
      dropped.inc(atStake);
      report(e);
    }
  }

  /** Once for each row of failures, not for each record. */
  private void report(IOException problem) {
    if (!failing) {
      failing = true;
      log.error("decision log {}: records are lost: {}", sink.name(), problem.toString());
    }
  }

  /** Writes what waits, for a bounded time. */
  @Override
  public void close() {
    closing = true;
    sink.close();
    try {
      if (!writer.join(CLOSE_TIME)) {
        log.warn(
            "decision log {}: {} decisions were not written in time", sink.name(), waiting.size());
        writer.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
