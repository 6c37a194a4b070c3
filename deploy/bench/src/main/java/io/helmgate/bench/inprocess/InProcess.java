package io.helmgate.bench.inprocess;

import io.helmgate.bench.result.Measure;
import io.helmgate.bench.result.Measure.Goal;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.result.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks without a network, in a virtual machine of their own. */
public final class InProcess {

  private static final String SMALL = "880";
  private static final double MICROS = 15;
  private static final double KIB = 6;
  private static final double BYTES_A_KIB = 1024;

  private final Path opa;
  private final Path log;
  private final int iterations;

  /**
   * Prepares a run.
   *
   * @param log takes what JMH prints
   * @param iterations of a second, as many to warm up as to measure
   */
  public InProcess(Path opa, Path log, int iterations) {
    this.opa = opa;
    this.log = log;
    this.iterations = iterations;
  }

  /**
   * Runs them.
   *
   * @throws IOException when a benchmark fails
   */
  public void run(Report report) throws IOException {
    try {
      Collection<RunResult> results =
          new Runner(
                  new OptionsBuilder()
                      .include(DecisionBenchmark.class.getName())
                      .addProfiler(GCProfiler.class)
                      .forks(1)
                      .threads(1)
                      .warmupIterations(iterations)
                      .warmupTime(TimeValue.seconds(2))
                      .measurementIterations(iterations)
                      .measurementTime(TimeValue.seconds(1))
                      .shouldFailOnError(true)
                      .jvmArgsAppend(
                          "--enable-native-access=ALL-UNNAMED",
                          "-D" + DecisionBenchmark.OPA + "=" + opa)
                      .output(log.toString())
                      .build())
              .run();
      results.forEach(result -> add(report, result));
    } catch (RunnerException e) {
      throw new IOException("the benchmarks in process failed, see " + log, e);
    }
  }

  private static void add(Report report, RunResult result) {
    String size = result.getParams().getParam("inputBytes");
    boolean decision = result.getParams().getBenchmark().endsWith(".decision");
    boolean aimed = decision && size.equals(SMALL);
    String name =
        "in process, "
            + (decision ? "cached JWT + Rego" : "the same with Envoy's messages")
            + ", input of "
            + size
            + " bytes";
    report.add(
        new Measure(
            name,
            spread(result.getPrimaryResult(), 1),
            "µs/decision",
            aimed ? Goal.atMost(MICROS) : null));
    Result<?> allocated = allocated(result);
    if (allocated != null) {
      report.add(
          new Measure(
              name + ", allocated",
              spread(allocated, BYTES_A_KIB),
              "KiB/decision",
              aimed ? Goal.atMost(KIB) : null));
    }
  }

  @SuppressWarnings("rawtypes") // So are JMH's results.
  private static @Nullable Result<?> allocated(RunResult result) {
    for (var entry : result.getSecondaryResults().entrySet()) {
      if (entry.getKey().endsWith("gc.alloc.rate.norm")) {
        return entry.getValue();
      }
    }
    return null;
  }

  private static Spread spread(Result<?> result, double unit) {
    double[] values =
        new double[] {
          result.getStatistics().getPercentile(50),
          result.getStatistics().getMin(),
          result.getStatistics().getMax()
        };
    List<Double> scaled = Arrays.stream(values).map(value -> value / unit).boxed().toList();
    return new Spread(scaled.get(0), scaled.get(1), scaled.get(2));
  }
}
