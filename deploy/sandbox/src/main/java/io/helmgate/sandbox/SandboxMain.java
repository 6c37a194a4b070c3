package io.helmgate.sandbox;

import io.helmgate.sandbox.process.Ports;
import io.helmgate.sandbox.process.SandboxException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the whole system and keeps it in the foreground until Ctrl-C. */
@Command(
    name = "sandbox",
    description = "Starts Envoy, Kubernetes, Keycloak, a chart repository and Helmgate here.",
    mixinStandardHelpOptions = true)
final class SandboxMain implements Callable<Integer> {
  private static final int FAILED_START = 1;

  @Option(names = "--keep-data", description = "go on with what the last sandbox left")
  private boolean keepData;

  @Option(names = "--kubeconfig", description = "deploy to this existing cluster instead")
  private @Nullable Path kubeconfig;

  @Option(names = "--directory", description = "where it keeps state and logs")
  private @Nullable Path directory;

  @Option(
      names = "--port",
      defaultValue = "8443",
      description = "where Envoy listens; default ${DEFAULT-VALUE}")
  private int port;

  private SandboxMain() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SandboxMain()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintStream out = System.out;
    if (!Ports.isFree(port)) {
      out.println("--port: " + port + " is taken (expected: a free one)");
      return FAILED_START;
    }
    SandboxOptions options =
        SandboxOptions.in(Checkout.find())
            .keepData(keepData)
            .port(port)
            .progress(text -> out.println("  " + text));
    if (directory != null) {
      options = options.run(directory.toAbsolutePath());
    }
    if (kubeconfig != null) {
      options = options.kubeconfig(kubeconfig.toAbsolutePath());
    }
    try {
      Sandbox sandbox = Sandbox.start(options);
      out.println(new Guide(sandbox, options.checkout()).text());
    } catch (SandboxException e) {
      out.println(e.getMessage());
      return FAILED_START;
    }
    // Until a signal ends the JVM, whose shutdown hook stops the sandbox.
    Thread.currentThread().join();
    return 0;
  }
}
