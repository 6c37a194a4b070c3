package io.helmgate.sandbox;

import io.helmgate.sandbox.charts.ChartRepository;
import io.helmgate.sandbox.cluster.Cluster;
import io.helmgate.sandbox.cluster.ControlPlane;
import io.helmgate.sandbox.cluster.ExistingCluster;
import io.helmgate.sandbox.gateway.Envoy;
import io.helmgate.sandbox.identity.Keycloak;
import io.helmgate.sandbox.process.Part;
import io.helmgate.sandbox.process.Ports;
import io.helmgate.sandbox.process.ProcessLauncher;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.service.AssertionKeyFiles;
import io.helmgate.sandbox.service.ServiceProcess;
import io.helmgate.sandbox.tls.CertificateAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes the parts of one sandbox and the files that they share. */
final class SandboxAssembly {
  private static final String INTERNAL = ".helmgate.internal";

  private final SandboxOptions options;
  private final Workspace workspace;
  private final Map<Component, Part> parts = new EnumMap<>(Component.class);
  private final Map<String, Object> values = new TreeMap<>();
  private final int extauthzPort;
  private final int deployerPort;
  private final int envoyPort;

  private SandboxAssembly(SandboxOptions options, Workspace workspace) {
    this.options = options;
    this.workspace = workspace;
    // A service's admin port is the one above.
    this.extauthzPort = workspace.ports().free(2);
    this.deployerPort = workspace.ports().free(2);
    this.envoyPort = options.port().orElseGet(workspace.ports()::free);
  }

  static SandboxAssembly of(SandboxOptions options) {
    Path run = options.run().toAbsolutePath();
    try {
      if (!options.keepData()) {
        delete(run);
      }
      Files.createDirectories(run);
    } catch (IOException e) {
      throw new SandboxException(run + ": can't be prepared", e);
    }
    var random = new SecureRandom();
    return new SandboxAssembly(
        options,
        new Workspace(
            options.checkout().tools(), run, ProcessLauncher.create(), new Ports(random), random));
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  Sandbox assemble() {
    var authority = CertificateAuthority.create("sandbox", workspace.random(), Instant.now());
    Path tls = workspace.part("tls");
    authority.write(tls.resolve("ca.crt"));
    authority.issue(tls, "listener", "localhost", "127.0.0.1");
    for (String name : new String[] {"envoy", "extauthz", "deployer"}) {
      authority.issue(tls, name, name + INTERNAL, "localhost", "127.0.0.1");
    }
    values.put("tls", tls);
    addCluster();
    addKeycloak();
    add(
        Component.CHARTS,
        () -> {
          var charts = new ChartRepository(workspace, options.checkout().chart());
          values.put("charts", charts.url());
          return charts;
        });
    addServices();
    add(
        Component.ENVOY,
        () ->
            new Envoy(
                workspace,
                new Envoy.Settings(
                    options.checkout().bootstrap(),
                    tls,
                    authority.certificate(),
                    envoyPort,
                    extauthzPort,
                    deployerPort)));
    return new Sandbox(workspace, parts);
  }

  private void add(Component component, Supplier<Part> part) {
    if (options.components().contains(component)) {
      parts.put(component, part.get());
    }
  }

  private void addCluster() {
    add(
        Component.CLUSTER,
        () -> {
          Cluster cluster =
              options
                  .kubeconfig()
                  .<Cluster>map(file -> new ExistingCluster(file, workspace))
                  .orElseGet(() -> new ControlPlane(workspace));
          values.put("kubeconfig", cluster.serviceKubeconfig());
          return cluster;
        });
  }

  private void addKeycloak() {
    add(
        Component.KEYCLOAK,
        () -> {
          var playground = URI.create("https://localhost:" + envoyPort + "/playground");
          var keycloak = new Keycloak(workspace, playground);
          values.put("issuer", keycloak.issuer());
          values.put("jwks_uri", keycloak.jwksUri());
          values.put("audience", Keycloak.AUDIENCE);
          values.put("playground_client", Keycloak.PLAYGROUND_CLIENT);
          return keycloak;
        });
  }

  private void addServices() {
    if (!options.components().contains(Component.EXTAUTHZ)
        && !options.components().contains(Component.DEPLOYER)) {
      return;
    }
    Path configuration = workspace.directory().resolve("helmgate.yaml");
    Path policy = workspace.part("policy").resolve("helmgate.rego");
    var keys = AssertionKeyFiles.write(workspace.part("assertion"), workspace.random());
    values.put("run", workspace.directory());
    values.put("policy", policy);
    values.put("playground_policy", options.checkout().playgroundPolicy());
    values.put("opa", workspace.program("opa"));
    values.put("assertion_keys", keys.signing());
    values.put("assertion_jwks", keys.published());
    values.put("extauthz_port", extauthzPort);
    values.put("extauthz_admin_port", extauthzPort + 1);
    values.put("deployer_port", deployerPort);
    try {
      Files.copy(options.checkout().policy(), policy, StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(configuration, options.configuration().fill(values));
    } catch (IOException e) {
      throw new SandboxException(configuration + ": can't be written", e);
    }
    addService(Component.EXTAUTHZ, "extauthz", configuration, extauthzPort + 1);
    addService(Component.DEPLOYER, "deployer", configuration, deployerPort + 1);
  }

  private void addService(Component component, String name, Path configuration, int adminPort) {
    add(
        component,
        () ->
            new ServiceProcess(
                workspace,
                new ServiceProcess.Settings(
                    name,
                    options.checkout().dist(name),
                    configuration,
                    adminPort,
                    Map.of("JAVA_OPTS", options.javaOptions()))));
  }
}
