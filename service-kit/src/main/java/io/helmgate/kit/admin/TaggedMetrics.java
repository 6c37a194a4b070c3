package io.helmgate.kit.admin;

import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.Counting;
import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.Meter;
import io.dropwizard.metrics5.Metric;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.Timer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Shows a Dropwizard registry to Prometheus, tags as labels.
 *
 * <p>Prometheus' own bridge (1.4.3) drops the tags, and fails when two metrics differ in them only.
 * Metrics of one name must be of one type. Timers are histograms in seconds.
 */
final class TaggedMetrics implements MultiCollector {

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ServiceMetrics registry;

  TaggedMetrics(ServiceMetrics registry) {
    this.registry = registry;
  }

  @Override
  public MetricSnapshots collect() {
    var byName = new TreeMap<String, Map<Labels, Metric>>();
    registry
        .getMetrics()
        .forEach(
            (name, metric) ->
                byName
                    .computeIfAbsent(
                        PrometheusNaming.sanitizeMetricName(name.getKey()), _ -> new TreeMap<>())
                    .put(labels(name), metric));
    var snapshots = MetricSnapshots.builder();
    byName.forEach((name, points) -> snapshots.metricSnapshot(snapshot(name, points)));
    return snapshots.build();
  }

  private static Labels labels(MetricName name) {
    var labels = Labels.builder();
    name.getTags()
        .forEach((tag, value) -> labels.label(PrometheusNaming.sanitizeLabelName(tag), value));
    return labels.build();
  }

  private MetricSnapshot snapshot(String name, Map<Labels, Metric> points) {
    return switch (points.values().iterator().next()) {
      case Counter _, Meter _ -> counters(name, points);
      case Gauge<?> _ -> gauges(name, points);
      case Timer _ -> histograms(name, points);
      default -> throw new IllegalStateException(name + ": a metric of a type that is not shown");
    };
  }

  private static MetricSnapshot counters(String name, Map<Labels, Metric> points) {
    var snapshot = CounterSnapshot.builder().name(name);
    points.forEach(
        (labels, metric) ->
            snapshot.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value((double) ((Counting) metric).getCount())
                    .build()));
    return snapshot.build();
  }

  private static MetricSnapshot gauges(String name, Map<Labels, Metric> points) {
    var snapshot = GaugeSnapshot.builder().name(name);
    points.forEach(
        (labels, metric) -> {
          if (((Gauge<?>) metric).getValue() instanceof Number number) {
            snapshot.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value(number.doubleValue())
                    .build());
          }
        });
    return snapshot.build();
  }

  private MetricSnapshot histograms(String name, Map<Labels, Metric> points) {
    var snapshot = HistogramSnapshot.builder().name(name);
    points.forEach((labels, metric) -> snapshot.dataPoint(histogram(labels, (Timer) metric)));
    return snapshot.build();
  }

  private HistogramDataPointSnapshot histogram(Labels labels, Timer timer) {
    if (!(timer.getSnapshot() instanceof LatencyReservoir.Durations durations)) {
      throw new IllegalStateException("timer not made by the registry: " + labels);
    }
    var upperBounds = registry.upperBounds();
    long[] counts = durations.buckets(upperBounds);
    var buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < upperBounds.size(); i++) {
      buckets.bucket(upperBounds.get(i).toNanos() / NANOS, counts[i]);
    }
    buckets.bucket(Double.POSITIVE_INFINITY, counts[upperBounds.size()]);
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(buckets.build())
        .sum(timer.getSum() / NANOS)
        .build();
  }
}
