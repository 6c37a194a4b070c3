package io.helmgate.deployer.chart;

import io.helmgate.deployer.chart.RepositorySettings.Login;
import io.helmgate.deployer.chart.RepositorySettings.Signatures;
import io.helmgate.deployer.chart.RepositorySettings.Tls;
import io.helmgate.deployer.chart.RepositorySettings.TokenService;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.process.HttpProbe;
import io.helmgate.sandbox.process.Ports;
import io.helmgate.sandbox.process.ProcessLauncher;
import io.helmgate.sandbox.process.ServerProcess;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.tls.PemPair;
import io.helmgate.sandbox.tls.TrustedClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The registry of the CNCF (distribution), behind TLS, and the helm that pushes to it. */
final class TestRegistry implements AutoCloseable {
  static final Login LOGIN = new Login("ann", "hush");

  private final ProcessLauncher launcher = ProcessLauncher.create();
  private final Path directory;
  private final Path authority;
  private final int port;
  private final Cli helm;
  private final ServerProcess server;

  /**
   * Starts it.
   *
   * @param tls who signs its certificate
   * @param auth the registry's configuration key {@code auth}, indented by two
   */
  TestRegistry(Path directory, TestTls tls, String auth) throws IOException {
    this.directory = directory;
    SecureRandom random = new SecureRandom();
    Workspace workspace =
        new Workspace(
            Checkout.find().root().resolve(".tools"),
            directory,
            launcher,
            new Ports(random),
            random);
    this.port = workspace.ports().free();
    this.authority = tls.caFile();
    PemPair pair = tls.issue("registry");
    Path config = directory.resolve("registry.yaml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: warn}
        storage:
          filesystem: {rootdirectory: "%s"}
        http:
          addr: 127.0.0.1:%d
          tls: {certificate: "%s", key: "%s"}
        auth:
        %s
        """
            .formatted(directory.resolve("storage"), port, pair.certificate(), pair.key(), auth));
    this.helm =
        new Cli(
            workspace.program("helm"),
            Map.of("HELM_REGISTRY_CONFIG", directory.resolve("helm-registry.json").toString()));
    this.server =
        workspace.server(
            "registry",
            List.of(workspace.program("registry").toString(), "serve", config.toString()),
            // Otherwise it looks for a collector of traces.
            Map.of("OTEL_TRACES_EXPORTER", "none"),
            new HttpProbe(
                TrustedClient.of(tls.authority().certificate()),
                URI.create("https://127.0.0.1:" + port + "/v2/"),
                401));
    server.start();
    helm.run(
        "registry",
        "login",
        "127.0.0.1:" + port,
        "--username=" + LOGIN.username(),
        "--password=" + LOGIN.password(),
        "--ca-file=" + authority);
  }

  /** Packages a chart, and pushes it; returns its archive. */
  Path push(Path chart, String version, String... options) {
    String[] packing = new String[options.length + 4];
    packing[0] = "package";
    packing[1] = chart.toString();
    packing[2] = "--version=" + version;
    packing[3] = "--destination=" + directory;
    System.arraycopy(options, 0, packing, 4, options.length);
    helm.run(packing);
    Path archive = directory.resolve(chart.getFileName() + "-" + version + ".tgz");
    helm.run(
        "push",
        archive.toString(),
        "oci://127.0.0.1:" + port + "/charts",
        "--ca-file=" + authority);
    return archive;
  }

  RepositorySettings settings(
      Optional<Login> login,
      Optional<TokenService> tokenService,
      Signatures signatures,
      String... charts) {
    return new RepositorySettings(
        "oci",
        URI.create("oci://127.0.0.1:" + port + "/charts"),
        login,
        new Tls(Optional.empty(), Optional.of(authority), false),
        new RepositorySettings.Reach(true, Set.of(), false),
        tokenService,
        List.of(charts),
        signatures);
  }

  @Override
  public void close() {
    server.stop();
    launcher.close();
  }
}
