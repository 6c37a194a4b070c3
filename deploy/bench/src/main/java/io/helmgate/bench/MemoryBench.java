package io.helmgate.bench;

import io.helmgate.bench.load.OpenLoop;
import io.helmgate.bench.load.Turns;
import io.helmgate.bench.result.Measure;
import io.helmgate.bench.result.Measure.Goal;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.result.Spread;
import io.helmgate.bench.scene.Scene;
import io.helmgate.bench.server.Contenders;
import io.helmgate.bench.server.ExtAuthz;
import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What extauthz keeps: for each token, and after a long time of load. */
final class MemoryBench {

  private static final int PER_SECOND = 1000;
  private static final double FLAT = 1.1;
  private static final double MIB = 1 << 20;
  private static final double KIB = 1 << 10;
  private static final Duration COLLECTION = Duration.ofSeconds(30);

  private static final int PASSES = 10;

  private final Scene scene;
  private final Path directory;
  private final Turns turns;
  private final BenchPlan plan;
  private final Consumer<String> progress;

  /** Bytes of one moment. */
  private record Memory(double heap, double resident) {}

  MemoryBench(Scene scene, Path directory, Turns turns, BenchPlan plan, Consumer<String> progress) {
    this.scene = scene;
    this.directory = directory;
    this.turns = turns;
    this.plan = plan;
    this.progress = progress;
  }

  void run(Contenders contenders, Report report) throws IOException, InterruptedException {
    progress.accept("memory: making %,d tokens".formatted(plan.tokens()));
    List<byte[]> requests =
        IntStream.range(0, plan.tokens())
            .parallel()
            .mapToObj(user -> scene.token("user-" + user, List.of("team-a", "developers")))
            .map(token -> scene.check(Scene.headers(token)).toByteArray())
            .toList();
    ExtAuthz extauthz = contenders.extauthz("extauthz, memory", Contenders.Kind.WHOLE);
    Path body = directory.resolve("memory.bin");
    Files.write(body, Scene.grpcBody(scene.check(Scene.headers(scene.token()))));
    turns.warm(
        DirectBench.check(extauthz.contender().name(), extauthz.contender(), body),
        plan.warmUp(),
        plan.turn());
    try (OpenLoop load = new OpenLoop(extauthz.contender().port())) {
      Memory empty = memory(extauthz, "one token");
      Duration once = Duration.ofNanos(TimeUnit.SECONDS.toNanos(plan.tokens()) / PER_SECOND);
      double cached = 0;
      // What comes faster than it is answered is refused early, so one pass may not be enough.
      for (int pass = 0; pass < PASSES && cached < plan.tokens(); pass++) {
        var _ = load.run(requests::get, PER_SECOND, once);
        cached = extauthz.admin().sum("extauthz_token_cache_entries", "");
      }
      if (cached < plan.tokens()) {
        throw new SandboxException(
            "%,.0f tokens are cached (expected: %,d)".formatted(cached, plan.tokens()));
      }
      Memory full = memory(extauthz, "all tokens");
      var _ = load.run(i -> requests.get(i % requests.size()), PER_SECOND, plan.flat());
      Memory later = memory(extauthz, "after " + plan.flat());
      String tokens = "%,d cached tokens and sessions".formatted(plan.tokens());
      add(report, "heap in use, " + tokens, full.heap() / MIB, "MiB");
      add(report, "resident, " + tokens, full.resident() / MIB, "MiB");
      add(
          report,
          "heap for each token with its session and limits",
          (full.heap() - empty.heap()) / plan.tokens() / KIB,
          "KiB");
      String time = " after " + plan.flat().toSeconds() + " s at 1,000/s ÷ before";
      report.add(
          Measure.aimed(
              "heap in use" + time, one(later.heap() / full.heap()), "ratio", Goal.atMost(FLAT)));
      report.add(
          Measure.shown("resident" + time, one(later.resident() / full.resident()), "ratio"));
    }
  }

  private static void add(Report report, String name, double value, String unit) {
    report.add(Measure.shown(name, one(value), unit));
  }

  private static Spread one(double value) {
    return Spread.of(List.of(value));
  }

  /** After a full collection, so that garbage does not count. */
  private Memory memory(ExtAuthz extauthz, String when) throws IOException, InterruptedException {
    long pid = extauthz.contender().process().pid();
    Process collection =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(true)
            .start();
    if (!collection.waitFor(COLLECTION.toSeconds(), TimeUnit.SECONDS)) {
      collection.destroyForcibly();
      throw new SandboxException("jcmd GC.run: still runs after " + COLLECTION);
    }
    Memory memory =
        new Memory(extauthz.admin().sum("jvm_memory_used_bytes", "area=\"heap\""), resident(pid));
    progress.accept(
        "memory, %s: heap %.1f MiB, resident %.0f MiB"
            .formatted(when, memory.heap() / MIB, memory.resident() / MIB));
    return memory;
  }

  private static double resident(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * KIB)
        .findFirst()
        .orElseThrow();
  }
}
