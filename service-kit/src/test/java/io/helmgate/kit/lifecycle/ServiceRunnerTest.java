package io.helmgate.kit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.lifecycle.ProbeMain.ProbeConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

class ServiceRunnerTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Signals signals = new Signals(code -> {});
  private final Path directory;

  ServiceRunnerTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private int run(Map<String, String> environment, String... args) {
    return run(ProbeMain.SERVICE, environment, args);
  }

  private int run(
      ServiceDefinition<ProbeConfig> service, Map<String, String> environment, String... args) {
    return new ServiceRunner(
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            signals)
        .run(args, service);
  }

  private String write(String name, String yaml) throws IOException {
    return Files.writeString(directory.resolve(name), yaml).toString();
  }

  @Test
  void unknownArgumentsExitWithTwoAndShowTheUsage() {
    assertThat(run(Map.of(), "--confg", "x")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("Unknown option")
        .contains("Usage: probe")
        .contains("--check-config");
  }

  @Test
  void aValidConfigurationIsCheckedWithoutAStart() throws IOException {
    String file = write("helmgate.yaml", "probe: {start_fails: true}\n");

    assertThat(run(Map.of(), "--check-config", "--config", file)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(file + ": the configuration is valid\n");
  }

  @Test
  void checkConfigIsACommandTooAndTakesItsFileBeforeOrAfterItsName() throws IOException {
    String good = write("good.yaml", "");
    String bad = write("bad.yaml", "x: y\n");

    assertThat(run(Map.of(), "check-config", "--config", good)).isZero();
    assertThat(run(Map.of(), "--config", bad, "check-config")).isEqualTo(78);
    assertThat(run(Map.of(), "--config", bad, "check-config", "--config", good)).isZero();
    assertThat(run(Map.of(), "check-confg", "--config", good)).isEqualTo(2);
  }

  @Test
  void serveIsWhatHappensWithoutACommand() throws IOException {
    String file = write("helmgate.yaml", "probe: {start_fails: true}\n");

    assertThat(run(Map.of(), "serve", "--config", file)).isEqualTo(1);
    assertThat(run(Map.of(), "serve", "--config", write("bad.yaml", "x: y\n"))).isEqualTo(78);
  }

  @Test
  void aCommandOfTheServiceHasItsOwnArgumentsAndExitCode() throws IOException {
    ServiceDefinition<ProbeConfig> service =
        new ServiceDefinition<>(
            "probe",
            "probe",
            ProbeConfig.class,
            (config, context) -> {
              throw new IllegalStateException("must not start");
            },
            List.of(new Sum()));
    String file = write("helmgate.yaml", "");

    assertThat(run(service, Map.of(), "sum", "--config", file, "40", "2")).isEqualTo(42);
    assertThat(run(service, Map.of(), "sum", "--config", file, "x")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Usage: probe sum");
    assertThat(run(service, Map.of(), "sum", "--config", file, "-1")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("-1: negative\n");
    assertThat(run(service, Map.of(), "sum", "--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("Adds numbers");
  }

  private static final class Sum implements ServiceCommand<ProbeConfig> {
    @Override
    public CommandSpec spec() {
      CommandSpec spec = CommandSpec.create().name("sum");
      spec.usageMessage().description("Adds numbers.");
      spec.parser().unmatchedOptionsArePositionalParams(true);
      spec.addPositional(
          PositionalParamSpec.builder().type(int[].class).arity("1..*").index("0..*").build());
      return spec;
    }

    @Override
    public int run(
        Loaded<ProbeConfig> config,
        ParseResult arguments,
        ServiceContext context,
        PrintStream out,
        PrintStream err) {
      int sum = IntStream.of(arguments.matchedPositionalValue(0, new int[0])).sum();
      if (sum < 0) {
        throw new IllegalArgumentException(sum + ": negative");
      }
      return sum;
    }
  }

  @Test
  void anInvalidConfigurationExitsWith78AndListsAllProblems() throws IOException {
    String file = write("helmgate.yaml", "prot: 1\nprobe: {drain_hangs: maybe}\n");

    assertThat(run(Map.of(), "--config", file)).isEqualTo(78);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("2 problems")
        .contains("did you mean port?")
        .contains("expected: true or false");
  }

  @Test
  void theFileIsNamedByTheOptionElseByTheVariable() throws IOException {
    String good = write("good.yaml", "");
    String bad = write("bad.yaml", "x: y\n");
    Map<String, String> environment = Map.of("HELMGATE_CONFIG", bad);

    assertThat(run(environment, "--check-config")).isEqualTo(78);
    assertThat(run(environment, "--check-config", "--config", good)).isZero();
  }

  @Test
  void withoutOptionOrVariableItIsHelmgateYamlInTheWorkingDirectory() {
    assertThat(run(Map.of(), "--check-config")).isEqualTo(78);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("  helmgate.yaml: not found");
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(run(Map.of(), "--version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .matches("probe [0-9]+\\.[0-9]+\\.[0-9]+\\S* \\(Java 25.*\\)\n");
  }

  @Test
  void helpIsShownOnRequest() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: probe");
  }

  @Test
  void aFailedStartExitsWithOne() throws IOException {
    String file = write("helmgate.yaml", "probe: {start_fails: true}\n");

    assertThat(run(Map.of(), "--config", file)).isEqualTo(1);
  }

  @Test
  void aFailureWhileClosingExitsWithOne() throws IOException {
    ServiceDefinition<ProbeConfig> failing =
        new ServiceDefinition<>(
            "probe",
            "probe",
            ProbeConfig.class,
            (config, context) -> {
              context.signals().stop("test");
              Closer closer = new Closer();
              closer.onClose(
                  "part",
                  () -> {
                    throw new IOException("broken");
                  });
              return new DrainedService(closer);
            });

    assertThat(run(failing, Map.of(), "--config", write("helmgate.yaml", ""))).isEqualTo(1);
  }

  private record DrainedService(Closer closer) implements RunningService {
    @Override
    public void drain(Duration atMost) {}

    @Override
    public void close() {
      closer.close();
    }
  }
}
