package io.helmgate.extauthz.record;

import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.extauthz.profile.TrailObserver;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes decisions to the console, on a thread of its own. */
public final class DecisionLog implements TrailObserver, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DecisionLog.class);
  private static final int MAX_WAITING = 4096;
  private static final long MAX_WAITING_BYTES = 64L << 20;
  private static final Duration CLOSE_TIME = Duration.ofSeconds(2);

  private final BlockingQueue<Trail> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong waitingBytes = new AtomicLong();
  private final RecordFormat format;
  private final PrintStream console;
  private final Counter written;
  private final Counter dropped;
  private final Thread writer;
  private volatile boolean closing;

  /**
   * Starts the writer.
   *
   * @param labels name this process
   * @param console takes one line for each record
   */
  public DecisionLog(Map<String, String> labels, PrintStream console, MetricRegistry metrics) {
    this.format = new RecordFormat(labels);
    this.console = console;
    this.written = metrics.counter("extauthz_decision_log_written");
    this.dropped = metrics.counter("extauthz_decision_log_dropped");
    this.writer = Thread.ofPlatform().name("decision-log").daemon().start(this::write);
  }

  @Override
  public void decided(Trail trail) {
    long size = size(trail);
    boolean fits = waitingBytes.addAndGet(size) <= MAX_WAITING_BYTES;
    if (closing || !fits || !waiting.offer(trail)) {
      waitingBytes.addAndGet(-size);
      dropped.inc();
    }
  }

  private static long size(Trail trail) {
    long inputs = trail.evaluations().stream().mapToLong(e -> e.input().length).sum();
    return inputs + trail.request().body().bytes().length;
  }

  private void write() {
    try {
      while (!closing || !waiting.isEmpty()) {
        Trail trail = waiting.take();
        waitingBytes.addAndGet(-size(trail));
        writeOne(trail);
      }
    } catch (InterruptedException e) {
      // Only close() interrupts; what still waits is written before the end.
      for (Trail trail = waiting.poll(); trail != null; trail = waiting.poll()) {
        writeOne(trail);
      }
    }
  }

  private void writeOne(Trail trail) {
    try {
      format.lines(trail).forEach(console::println);
      written.inc();
    } catch (RuntimeException e) {
      // The edge of this thread: one record that cannot be written must not end all others.
      dropped.inc();
      log.error("decision {} could not be recorded", trail.id(), e);
    }
  }

  /** Writes what waits, for a bounded time. */
  @Override
  public void close() {
    closing = true;
    writer.interrupt();
    try {
      if (!writer.join(CLOSE_TIME)) {
        log.warn("decision log: {} records were not written in time", waiting.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
