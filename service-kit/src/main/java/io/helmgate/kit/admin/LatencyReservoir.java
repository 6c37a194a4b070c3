package io.helmgate.kit.admin;

import io.dropwizard.metrics5.Reservoir;
import io.dropwizard.metrics5.Snapshot;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Keeps all durations since the start, each within 1 %, in about 40 KiB. Durations above an hour
 * count as one hour.
 */
final class LatencyReservoir implements Reservoir {

  private static final long LONGEST = Duration.ofHours(1).toNanos();
  private static final int SIGNIFICANT_DIGITS = 2;

  private final Histogram nanos = new ConcurrentHistogram(LONGEST, SIGNIFICANT_DIGITS);

  @Override
  public int size() {
    return (int) Math.min(nanos.getTotalCount(), Integer.MAX_VALUE);
  }

  @Override
  public void update(long value) {
    nanos.recordValue(Math.clamp(value, 0, LONGEST));
  }

  @Override
  public Durations getSnapshot() {
    return new Durations(nanos.copy());
  }

  /** The durations at one moment, in nanoseconds. */
  static final class Durations extends Snapshot {

    private static final double PERCENT = 100;

    private final Histogram nanos;

    private Durations(Histogram nanos) {
      this.nanos = nanos;
    }

    /**
     * How many durations are in each bucket.
     *
     * @param upperBounds ascending, each inclusive
     * @return one number for each bound, and a last one for what is longer than all of them
     */
    long[] buckets(List<Duration> upperBounds) {
      long[] counts = new long[upperBounds.size() + 1];
      long below = 0;
      for (int i = 0; i < upperBounds.size(); i++) {
        long upTo = nanos.getCountBetweenValues(0, upperBounds.get(i).toNanos());
        counts[i] = upTo - below;
        below = upTo;
      }
      counts[upperBounds.size()] = nanos.getTotalCount() - below;
      return counts;
    }

    @Override
    public double getValue(double quantile) {
      return nanos.getValueAtPercentile(quantile * PERCENT);
    }

    @Override
    public long[] getValues() {
      throw new UnsupportedOperationException("single durations are not kept");
    }

    @Override
    public int size() {
      return (int) Math.min(nanos.getTotalCount(), Integer.MAX_VALUE);
    }

    @Override
    public long getMax() {
      return nanos.getMaxValue();
    }

    @Override
    public double getMean() {
      return nanos.getMean();
    }

    @Override
    public long getMin() {
      return nanos.getMinValue();
    }

    @Override
    public double getStdDev() {
      return nanos.getStdDeviation();
    }

    @Override
    public void dump(OutputStream output) {
      nanos.outputPercentileDistribution(
          new PrintStream(output, true, StandardCharsets.UTF_8), 1.0);
    }
  }
}
