package io.helmgate.sandbox;

import io.helmgate.sandbox.service.Template;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a sandbox shall be. Each method returns changed options.
 *
 * @param run where it keeps state and logs
 * @param components what it starts
 * @param configuration the services' {@code helmgate.yaml}, with {@code ${name}} for what is found
 *     only at the start
 * @param kubeconfig of an existing cluster, used instead of an own one
 * @param port of Envoy; else any free one
 * @param keepData whether what an earlier sandbox in the same directory left is used again
 * @param javaOptions of the virtual machines of both services
 * @param progress is told what goes on
 */
public record SandboxOptions(
    Checkout checkout,
    Path run,
    Set<Component> components,
    Template configuration,
    Optional<Path> kubeconfig,
    OptionalInt port,
    boolean keepData,
    String javaOptions,
    Consumer<String> progress) {
  /** Starts in a third less time, and serves one person. */
  private static final String SMALL = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m";

  private static final String CONFIGURATION = "/io/helmgate/sandbox/helmgate.yaml";

  /** Every component, fresh, on free ports, silent. */
  public static SandboxOptions in(Checkout checkout) {
    return new SandboxOptions(
        checkout,
        checkout.run(),
        EnumSet.allOf(Component.class),
        shippedConfiguration(),
        Optional.empty(),
        OptionalInt.empty(),
        false,
        SMALL,
        _ -> {});
  }

  private static Template shippedConfiguration() {
    try (InputStream in = SandboxOptions.class.getResourceAsStream(CONFIGURATION)) {
      if (in == null) {
        throw new IllegalStateException("resource: no " + CONFIGURATION);
      }
      return new Template(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("resource: " + CONFIGURATION, e);
    }
  }

  /** In a directory of its own, such as a test's. */
  public SandboxOptions run(Path directory) {
    return new SandboxOptions(
        checkout,
        directory,
        components,
        configuration,
        kubeconfig,
        port,
        keepData,
        javaOptions,
        progress);
  }

  /** With these components only. */
  public SandboxOptions only(Component first, Component... others) {
    return new SandboxOptions(
        checkout,
        run,
        EnumSet.of(first, others),
        configuration,
        kubeconfig,
        port,
        keepData,
        javaOptions,
        progress);
  }

  public SandboxOptions configuration(String text) {
    return new SandboxOptions(
        checkout,
        run,
        components,
        new Template(text),
        kubeconfig,
        port,
        keepData,
        javaOptions,
        progress);
  }

  public SandboxOptions kubeconfig(Path file) {
    return new SandboxOptions(
        checkout,
        run,
        components,
        configuration,
        Optional.of(file),
        port,
        keepData,
        javaOptions,
        progress);
  }

  public SandboxOptions port(int number) {
    return new SandboxOptions(
        checkout,
        run,
        components,
        configuration,
        kubeconfig,
        OptionalInt.of(number),
        keepData,
        javaOptions,
        progress);
  }

  public SandboxOptions keepData(boolean keep) {
    return new SandboxOptions(
        checkout, run, components, configuration, kubeconfig, port, keep, javaOptions, progress);
  }

  /** With services as they are shipped, say: without options. */
  public SandboxOptions javaOptions(String options) {
    return new SandboxOptions(
        checkout, run, components, configuration, kubeconfig, port, keepData, options, progress);
  }

  public SandboxOptions progress(Consumer<String> consumer) {
    return new SandboxOptions(
        checkout,
        run,
        components,
        configuration,
        kubeconfig,
        port,
        keepData,
        javaOptions,
        consumer);
  }
}
