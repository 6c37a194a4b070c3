package io.helmgate.bench;

import io.helmgate.bench.deployer.DeployerBench;
import io.helmgate.bench.result.Report;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.process.Ports;
import io.helmgate.sandbox.process.ProcessLauncher;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.Workspace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs benchmarks, prints what came of them and writes it to {@code deploy/bench/results}. */
@Command(
    name = "bench",
    description = "Measures Helmgate's services beside others, on this machine alone.",
    mixinStandardHelpOptions = true)
final class BenchMain {

  private static final int FAILED = 1;

  private BenchMain() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new BenchMain())
            .addSubcommand(new ExtAuthzCommand())
            .addSubcommand(new DeployerCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  private static void show(Report report, PrintStream out, Path file) throws IOException {
    out.println();
    out.println(report.table());
    report.write(file);
    out.println("Written to " + file);
  }

  @Command(
      name = "deployer",
      description = "The deployer beside the helm program, on the same API server.",
      mixinStandardHelpOptions = true)
  private static final class DeployerCommand implements Callable<Integer> {

    @Option(names = "--quick", description = "in a minute, to try: its figures say nothing")
    private boolean quick;

    @Option(
        names = "--only",
        split = ",",
        description = "only these parts: ${COMPLETION-CANDIDATES}")
    private List<DeployerBench.Part> only = List.of();

    @Override
    public Integer call() throws InterruptedException {
      PrintStream out = System.out;
      Path root = Checkout.find().root();
      Set<DeployerBench.Part> parts =
          only.isEmpty() ? EnumSet.allOf(DeployerBench.Part.class) : EnumSet.copyOf(only);
      try (DeployerBench bench =
          DeployerBench.start(
              root.resolve("deploy/bench/target/deployer"),
              quick ? DeployerBench.Plan.quick() : DeployerBench.Plan.full(),
              text -> out.println("  " + text))) {
        show(bench.run(parts), out, root.resolve("deploy/bench/results/deployer.json"));
        return 0;
      } catch (SandboxException | IOException e) {
        out.println(e.getMessage());
        return FAILED;
      }
    }
  }

  @Command(
      name = "extauthz",
      description = "extauthz beside a server that does nothing, OPA and Envoy's own filters.",
      mixinStandardHelpOptions = true)
  private static final class ExtAuthzCommand implements Callable<Integer> {

    @Option(names = "--quick", description = "in two minutes, to try: its figures say nothing")
    private boolean quick;

    @Option(names = "--rounds", description = "how often each server has its turn")
    private @Nullable Integer rounds;

    @Option(
        names = "--flat",
        description = "for how long memory must not grow, such as PT10M (ISO 8601)")
    private @Nullable Duration flat;

    @Option(
        names = "--only",
        split = ",",
        description = "only these parts: ${COMPLETION-CANDIDATES}")
    private List<ExtAuthzBench.Part> only = List.of();

    @Override
    public Integer call() throws InterruptedException {
      PrintStream out = System.out;
      Path root = Checkout.find().root();
      BenchPlan plan = quick ? BenchPlan.quick() : BenchPlan.full();
      plan = rounds == null ? plan : plan.rounds(rounds);
      plan = flat == null ? plan : plan.flat(flat);
      Set<ExtAuthzBench.Part> parts =
          only.isEmpty() ? EnumSet.allOf(ExtAuthzBench.Part.class) : EnumSet.copyOf(only);
      Closer closer = new Closer();
      // Ctrl-C ends the servers as a failure does.
      Thread stop = new Thread(closer::close, "stop");
      Runtime.getRuntime().addShutdownHook(stop);
      try {
        Workspace workspace = workspace(root.resolve("deploy/bench/target/run"), closer);
        Report report =
            new ExtAuthzBench(plan, workspace, root, closer, text -> out.println("  " + text))
                .run(parts);
        show(report, out, root.resolve("deploy/bench/results/extauthz.json"));
        return 0;
      } catch (SandboxException | IOException e) {
        out.println(e.getMessage());
        return FAILED;
      } finally {
        closer.close();
      }
    }

    private static Workspace workspace(Path directory, Closer closer) throws IOException {
      if (Files.exists(directory)) {
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
      Files.createDirectories(directory);
      SecureRandom random = new SecureRandom();
      return new Workspace(
          Checkout.find().root().resolve(".tools"),
          directory,
          closer.register("launcher", ProcessLauncher.create()),
          new Ports(random),
          random);
    }
  }
}
