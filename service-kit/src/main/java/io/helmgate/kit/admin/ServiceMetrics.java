package io.helmgate.kit.admin;

import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.dropwizard.metrics5.Timer;
import java.time.Duration;
import java.util.List;

/**
 * The metrics of a service. Every timer of it is shown as a histogram with the same buckets, since
 * buckets can be added over replicas and quantiles cannot.
 */
public final class ServiceMetrics extends MetricRegistry {

  private static final List<Duration> DECISIONS =
      List.of(
          Duration.ofNanos(25_000),
          Duration.ofNanos(50_000),
          Duration.ofNanos(100_000),
          Duration.ofNanos(250_000),
          Duration.ofNanos(500_000),
          Duration.ofMillis(1),
          Duration.ofNanos(2_500_000),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(25),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofMillis(2500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  private static final List<Duration> OPERATIONS =
      List.of(
          Duration.ofMillis(1),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(25),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofMillis(2500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10));

  private final List<Duration> upperBounds;

  private ServiceMetrics(List<Duration> upperBounds) {
    this.upperBounds = upperBounds;
  }

  /** For work done while a caller waits for microseconds: buckets from 25 µs to 10 s. */
  public static ServiceMetrics ofDecisions() {
    return new ServiceMetrics(DECISIONS);
  }

  /** For work on other systems: buckets from 1 ms to 10 min. */
  public static ServiceMetrics ofOperations() {
    return new ServiceMetrics(OPERATIONS);
  }

  @Override
  public Timer timer(MetricName name) {
    return timer(name, () -> new Timer(new LatencyReservoir()));
  }

  /** Upper bounds of the buckets, ascending; what is longer is in a last bucket without bound. */
  List<Duration> upperBounds() {
    return upperBounds;
  }
}
