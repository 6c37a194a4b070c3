package io.helmgate.extauthz.record;

import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.extauthz.profile.TrailObserver;
import io.helmgate.kit.lifecycle.Closer;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Records decisions in every sink; none of them can delay another one or the decision. */
public final class DecisionLog implements TrailObserver, AutoCloseable {

  private final Closer closer = new Closer();
  private final List<SinkQueue> queues = new ArrayList<>();

  /** Collects the sinks. */
  public static final class Builder {

    private final RecordFormat format;
    private final MetricRegistry metrics;
    private final List<RecordSink> sinks = new ArrayList<>();

    private Builder(RecordFormat format, MetricRegistry metrics) {
      this.format = format;
      this.metrics = metrics;
    }

    /** Adds a sink that writes lines to a stream. */
    public Builder console(PrintStream console) {
      sinks.add(new ConsoleSink(console));
      return this;
    }

    /**
     * Adds a sink that writes lines to a file.
     *
     * @param maxBytes most bytes of one file
     * @param maxFiles most files, the current one among them
     */
    public Builder file(Path file, long maxBytes, int maxFiles) {
      sinks.add(new FileSink(file, maxBytes, maxFiles));
      return this;
    }

    /**
     * Adds a sink that uploads.
     *
     * @param nanoTime as {@link System#nanoTime}
     */
    public Builder http(
        HttpClient client, UploadTarget target, RandomGenerator random, LongSupplier nanoTime) {
      sinks.add(new HttpSink(client, target, random, nanoTime));
      return this;
    }

    /** Starts the threads. */
    public DecisionLog start() {
      return new DecisionLog(format, sinks, metrics);
    }
  }

  /**
   * Begins a log.
   *
   * @param labels name this process
   * @param mask takes out more than is taken out always
   */
  public static Builder builder(
      Map<String, String> labels, Optional<RegoMask> mask, MetricRegistry metrics) {
    return new Builder(new RecordFormat(labels, mask), metrics);
  }

  DecisionLog(RecordFormat format, List<RecordSink> sinks, MetricRegistry metrics) {
    for (RecordSink sink : sinks) {
      SinkQueue queue = new SinkQueue(format, sink, metrics);
      queues.add(closer.register("decision log " + sink.name(), queue));
    }
  }

  @Override
  public void decided(Trail trail) {
    queues.forEach(queue -> queue.offer(trail));
  }

  /** Writes what waits, for a bounded time. */
  @Override
  public void close() {
    closer.close();
  }
}
