package io.helmgate.bench;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.helmgate.bench.load.CpuTime;
import io.helmgate.bench.load.OpenLoop;
import io.helmgate.bench.load.Turns;
import io.helmgate.bench.result.Measure;
import io.helmgate.bench.result.Measure.Goal;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.result.Spread;
import io.helmgate.bench.scene.Scene;
import io.helmgate.bench.server.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** Times of answers at a rate that every server can keep. */
final class LatencyBench {

  private static final int PER_SECOND = 3000;
  private static final double PERCENT_99 = 99;
  private static final double PERCENT_50 = 50;
  private static final double TIMES_NO_OP = 2;
  private static final double NANOS_A_MICRO = 1e3;

  private final Scene scene;
  private final Path directory;
  private final Turns turns;
  private final BenchPlan plan;
  private final Consumer<String> progress;

  private record Sample(double p50, double p99, double serverCores, double clientCores) {}

  LatencyBench(
      Scene scene, Path directory, Turns turns, BenchPlan plan, Consumer<String> progress) {
    this.scene = scene;
    this.directory = directory;
    this.turns = turns;
    this.plan = plan;
    this.progress = progress;
  }

  void run(Servers servers, Report report) throws IOException, InterruptedException {
    CheckRequest check = scene.check(Scene.headers(scene.token()));
    byte[] request = check.toByteArray();
    Path body = directory.resolve("latency.bin");
    Files.write(body, Scene.grpcBody(check));
    // A server that is still compiled cannot keep the rate.
    for (Contender server : List.of(servers.noOp(), servers.whole().contender())) {
      turns.warm(DirectBench.check(server.name(), server, body), plan.warmUp(), plan.turn());
    }
    double refused;
    Map<Contender, List<Sample>> samples = new LinkedHashMap<>();
    try (OpenLoop noOp = new OpenLoop(servers.noOp().port());
        OpenLoop whole = new OpenLoop(servers.whole().contender().port())) {
      // This side must be warm too, so both have their first turns unrecorded; what it sends late
      // and
      // all at once then is refused early.
      turn(noOp, servers.noOp(), request, plan.latencyTurn());
      turn(whole, servers.whole().contender(), request, plan.latencyTurn());
      refused = servers.refused();
      for (int round = 0; round < plan.latencyRounds(); round++) {
        samples
            .computeIfAbsent(servers.noOp(), _ -> new ArrayList<>())
            .add(turn(noOp, servers.noOp(), request, plan.latencyTurn()));
        samples
            .computeIfAbsent(servers.whole().contender(), _ -> new ArrayList<>())
            .add(turn(whole, servers.whole().contender(), request, plan.latencyTurn()));
      }
    }
    double more = servers.refused() - refused;
    report.add(
        Measure.aimed(
            "extauthz, whole at 3,000/s: refused",
            new Spread(more, more, more),
            "requests",
            Goal.atMost(0)));
    List<Sample> noOp = samples.getOrDefault(servers.noOp(), List.of());
    List<Sample> whole = samples.getOrDefault(servers.whole().contender(), List.of());
    report.add(
        Measure.aimed(
            "p99 at 3,000/s: extauthz, whole ÷ no-op server",
            Spread.ofRatios(values(whole, Sample::p99), values(noOp, Sample::p99)),
            "ratio",
            Goal.atMost(TIMES_NO_OP)));
    samples.forEach(
        (server, list) -> {
          String name = server.name() + " at 3,000/s";
          report.add(Measure.shown(name + ": median", of(list, Sample::p50), "µs"));
          report.add(Measure.shown(name + ": p99", of(list, Sample::p99), "µs"));
          report.add(Measure.shown(name + ": server CPU", of(list, Sample::serverCores), "cores"));
          report.add(Measure.shown(name + ": client CPU", of(list, Sample::clientCores), "cores"));
        });
  }

  private Sample turn(OpenLoop load, Contender server, byte[] request, Duration time)
      throws InterruptedException {
    List<Long> pids = List.of(server.process().pid());
    Duration serverBefore = CpuTime.of(pids);
    Duration clientBefore = CpuTime.ofThis();
    Histogram nanos = load.run(_ -> request, PER_SECOND, time);
    Sample sample =
        new Sample(
            nanos.getValueAtPercentile(PERCENT_50) / NANOS_A_MICRO,
            nanos.getValueAtPercentile(PERCENT_99) / NANOS_A_MICRO,
            share(CpuTime.of(pids).minus(serverBefore), time),
            share(CpuTime.ofThis().minus(clientBefore), time));
    progress.accept(
        "%s, 3,000/s: median %,.0f µs, p99 %,.0f µs, server %.2f cores, client %.2f cores"
            .formatted(
                server.name(),
                sample.p50(),
                sample.p99(),
                sample.serverCores(),
                sample.clientCores()));
    return sample;
  }

  private static double share(Duration used, Duration time) {
    return (double) used.toNanos() / time.toNanos();
  }

  private static Spread of(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return Spread.of(values(samples, value));
  }

  private static List<Double> values(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).boxed().toList();
  }
}
