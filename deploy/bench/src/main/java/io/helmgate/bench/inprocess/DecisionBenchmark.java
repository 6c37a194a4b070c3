package io.helmgate.bench.inprocess;

import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.helmgate.extauthz.decision.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One decision of extauthz on a token that it knows already. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked // JMH sets the fields.
public class DecisionBenchmark {

  /** Property with the path of the {@code opa} program. */
  static final String OPA = "bench.opa";

  /** About how many bytes the policy's input has. */
  @Param({"880", "2048", "4096"})
  public int inputBytes;

  private Path directory;
  private Decider decider;

  /** Makes everything that a server would have. */
  @Setup
  public void start() throws Exception {
    directory = Files.createTempDirectory("helmgate-bench");
    decider =
        new Decider(
            directory, Path.of(Objects.requireNonNull(System.getProperty(OPA))), inputBytes);
    System.out.println("input of the policy: " + decider.input().length + " bytes");
  }

  /** Removes it. */
  @TearDown
  public void stop() throws IOException {
    decider.close();
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }

  /** The token looked up, the input written and the policy asked. */
  @Benchmark
  public Decision decision() {
    return decider.decide();
  }

  /** The same, with Envoy's messages read and written. */
  @Benchmark
  public CheckResponse check() {
    return decider.check();
  }
}
