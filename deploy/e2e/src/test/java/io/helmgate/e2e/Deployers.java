package io.helmgate.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.process.Ports;
import io.helmgate.sandbox.process.ProcessLauncher;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.service.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The sandbox's deployer configured otherwise, killed, or with a second one beside it. */
final class Deployers {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PORT = Pattern.compile("(?m)^port: \\d+$");

  private final Sandbox sandbox;
  private final Path root;

  /**
   * @param root of the checkout
   */
  Deployers(Sandbox sandbox, Path root) {
    this.sandbox = sandbox;
    this.root = root;
  }

  /** Adds lines to the section of the deployer, which is the configuration's last one. */
  static UnaryOperator<String> with(String keys) {
    return configuration -> configuration + keys.indent(2);
  }

  /** Runs a test with a deployer whose configuration is changed. */
  void configured(UnaryOperator<String> change, Runnable test) {
    var before = read(sandbox.configuration());
    changed(
        sandbox.configuration(), before, change.apply(before), sandbox.deployer()::restart, test);
  }

  /** Ends the deployer as a crash would, and starts it again. */
  void crash() {
    sandbox.deployer().process().kill();
    sandbox.deployer().start();
  }

  /** The processes that Helm runs in, when it runs in processes of its own. */
  List<ProcessHandle> helmProcesses() {
    return ProcessHandle.of(sandbox.deployer().process().pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(child -> child.info().commandLine().orElse("").contains("HelmProcessMain"))
        .toList();
  }

  /** Number of requests that a deployer has seen. */
  static double requests(ServiceProcess deployer) {
    return metrics(deployer)
        .filter(line -> line.startsWith("deployer_requests_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Stream<String> metrics(ServiceProcess service) {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(service.admin().resolve("/metrics")).build();
      return client.send(request, BodyHandlers.ofString()).body().lines().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a test with two deployers, which Envoy calls by turns. */
  void doubled(Consumer<List<ServiceProcess>> test) {
    var random = new SecureRandom();
    var ports = new Ports(random);
    int port = ports.free(2);
    try (var launcher = ProcessLauncher.create()) {
      var workspace =
          new Workspace(
              root.resolve(".tools"),
              sandbox.directory().resolve("second"),
              launcher,
              ports,
              random);
      var second = second(workspace, port);
      second.start();
      try {
        var bootstrap = sandbox.directory().resolve("envoy/envoy.json");
        var before = read(bootstrap);
        changed(
            bootstrap,
            before,
            withEndpoint(before, port),
            sandbox.envoy()::restart,
            () -> test.accept(List.of(sandbox.deployer(), second)));
      } finally {
        second.stop();
      }
    }
  }

  private ServiceProcess second(Workspace workspace, int port) {
    var configuration = workspace.part("configuration").resolve("helmgate.yaml");
    write(
        configuration,
        PORT.matcher(read(sandbox.configuration()))
            .replaceFirst("port: " + port)
            .replace(
                sandbox.directory().resolve("chart-cache").toString(),
                workspace.part("chart-cache").toString()));
    return new ServiceProcess(
        workspace,
        new ServiceProcess.Settings(
            "deployer",
            root.resolve("deployer/target/dist"),
            configuration,
            port + 1,
            Map.of("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m")));
  }

  /** Envoy's bootstrap with one more endpoint of the deployer. */
  private static String withEndpoint(String bootstrap, int port) {
    try {
      var tree = JSON.readTree(bootstrap);
      var endpoints =
          StreamSupport.stream(tree.at("/static_resources/clusters").spliterator(), false)
              .filter(cluster -> cluster.path("name").asText().equals("deployer"))
              .map(cluster -> (ArrayNode) cluster.at("/load_assignment/endpoints/0/lb_endpoints"))
              .findFirst()
              .orElseThrow();
      var second = endpoints.path(0).deepCopy();
      ((ObjectNode) second.at("/endpoint/address/socket_address")).put("port_value", port);
      endpoints.add(second);
      return tree.toPrettyString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a test while a file has another content, which is used after a restart. */
  private static void changed(
      Path file, String before, String meanwhile, Runnable restart, Runnable test) {
    write(file, meanwhile);
    try {
      restart.run();
      test.run();
    } finally {
      write(file, before);
      restart.run();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
