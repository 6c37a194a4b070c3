package io.helmgate.kit.lifecycle;

import io.helmgate.kit.config.CommonConfig;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.config.InvalidConfigException;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.log.LogFormat;
import io.helmgate.kit.log.Logging;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs a service from its command line to its end. */
public final class ServiceRunner {
  /** Ended in order, or did what was asked. */
  public static final int OK = 0;

  /** Failed to start, or to end in order. */
  public static final int FAILED = 1;

  /** Wrong arguments. */
  public static final int USAGE = 2;

  /** Wrong configuration: {@code EX_CONFIG} of {@code sysexits.h}. */
  public static final int CONFIGURATION = 78;

  private static final String SERVE = "serve";
  private static final String CHECK_CONFIG = "check-config";
  private static final String CONFIG = "--config";

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;
  private final Signals signals;

  public ServiceRunner(
      Map<String, String> environment, PrintStream out, PrintStream err, Signals signals) {
    this.environment = Map.copyOf(environment);
    this.out = out;
    this.err = err;
    this.signals = signals;
  }

  /** A runner with the environment, output and signals of this process. */
  public static ServiceRunner ofProcess() {
    return new ServiceRunner(System.getenv(), System.out, System.err, Signals.ofProcess());
  }

  /**
   * Runs the service until it is asked to stop.
   *
   * @return the exit code
   */
  public <T> int run(String[] args, ServiceDefinition<T> service) {
    CommandLine command = commandLine(service);
    ParseResult parsed;
    try {
      parsed = command.parseArgs(args);
    } catch (ParameterException e) {
      err.println(e.getMessage());
      e.getCommandLine().usage(err);
      return USAGE;
    }
    ParseResult chosen = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    if (chosen.isUsageHelpRequested()) {
      chosen.commandSpec().commandLine().usage(out);
      return OK;
    }
    Version version = Version.current();
    if (parsed.isVersionHelpRequested()) {
      out.println(service.name() + " " + version.version() + " (Java " + version.java() + ")");
      return OK;
    }
    // Until the configuration says how to log: else libraries' debug events precede it.
    Logging.configure(LogFormat.JSON, "warn");
    return run(parsed, chosen, service, version);
  }

  private <T> int run(
      ParseResult parsed, ParseResult chosen, ServiceDefinition<T> service, Version version) {
    Path file =
        chosen.matchedOptionValue(CONFIG, parsed.matchedOptionValue(CONFIG, fileOfEnvironment()));
    try {
      Loaded<T> config =
          ConfigLoader.load(file, environment, service.section(), service.configuration());
      String name = parsed.hasSubcommand() ? chosen.commandSpec().name() : SERVE;
      if (name.equals(CHECK_CONFIG) || parsed.hasMatchedOption("--" + CHECK_CONFIG)) {
        config.warnings().forEach(err::println);
        out.println(file + ": the configuration is valid");
        return OK;
      }
      for (ServiceCommand<T> command : service.commands()) {
        if (command.spec().name().equals(name)) {
          return run(command, config, chosen, version);
        }
      }
      return run(config, service, version);
    } catch (InvalidConfigException e) {
      err.println(e.getMessage());
      return CONFIGURATION;
    }
  }

  private <T> int run(
      ServiceCommand<T> command, Loaded<T> config, ParseResult arguments, Version version) {
    // Standard output is for the command's result alone.
    Logging.configure(LogFormat.PRETTY, "off");
    try {
      return command.run(
          config, arguments, new ServiceContext(environment, signals, version), out, err);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("interrupted");
      return FAILED;
    } catch (Exception e) {
      err.println(e.getMessage() == null ? e.toString() : e.getMessage());
      return FAILED;
    }
  }

  private static <T> CommandLine commandLine(ServiceDefinition<T> service) {
    CommandSpec spec = common(CommandSpec.create().name(service.name()));
    spec.addOption(
        OptionSpec.builder("--" + CHECK_CONFIG)
            .description("Checks the configuration, prints every problem and ends.")
            .build());
    spec.addOption(
        OptionSpec.builder("--version")
            .versionHelp(true)
            .description("Prints the version.")
            .build());
    add(spec, described(SERVE, "Serves until a signal comes; also without any command."));
    add(spec, described(CHECK_CONFIG, "Checks the configuration, prints every problem."));
    service.commands().forEach(command -> add(spec, command.spec()));
    return new CommandLine(spec);
  }

  private static CommandSpec described(String name, String description) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(description);
    return spec;
  }

  private static void add(CommandSpec parent, CommandSpec command) {
    parent.addSubcommand(command.name(), common(command));
  }

  private static CommandSpec common(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .type(Path.class)
            .paramLabel("PATH")
            .description("The configuration; else HELMGATE_CONFIG, else ./helmgate.yaml.")
            .build());
    spec.addOption(
        OptionSpec.builder("--help", "-h").usageHelp(true).description("Prints this.").build());
    return spec;
  }

  private Path fileOfEnvironment() {
    String path = environment.getOrDefault("HELMGATE_CONFIG", "");
    return Path.of(path.isEmpty() ? "helmgate.yaml" : path);
  }

  private <T> int run(Loaded<T> config, ServiceDefinition<T> service, Version version) {
    CommonConfig common = config.common();
    Logging.configure(
        common.log().format(), (common.debug() ? "io.helmgate=debug," : "") + common.log().level());
    Logger log = LoggerFactory.getLogger(ServiceRunner.class);
    log.info("{} {} on Java {}", service.name(), version.version(), version.java());
    config.warnings().forEach(log::warn);
    log.info("configuration in force:\n{}", config.effective());
    signals.install();
    try {
      RunningService running =
          service.start().start(config, new ServiceContext(environment, signals, version));
      signals.install();
      log.info("{} runs", service.name());
      return stop(running, common.shutdownTimeout(), log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.error("{} did not start: interrupted", service.name(), e);
      return FAILED;
    } catch (Exception e) {
      log.error("{} did not start", service.name(), e);
      return FAILED;
    }
  }

  private int stop(RunningService running, Duration timeout, Logger log)
      throws InterruptedException {
    try (running) {
      String reason = signals.await();
      log.info("stopping ({}): work under way has at most {} s", reason, timeout.toSeconds());
      running.drain(timeout);
    } catch (RuntimeException e) {
      log.error("not stopped in order", e);
      return FAILED;
    }
    log.info("stopped");
    return OK;
  }
}
