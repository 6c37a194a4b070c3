package io.helmgate.sandbox.charts;

import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.process.HttpProbe;
import io.helmgate.sandbox.process.Ports;
import io.helmgate.sandbox.process.ProcessLauncher;
import io.helmgate.sandbox.process.ServerProcess;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.tls.CertificateAuthority;
import io.helmgate.sandbox.tls.PemPair;
import io.helmgate.sandbox.tls.TrustedClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** The registry of the CNCF (distribution), behind TLS, and the helm that pushes to it. */
public final class OciRegistry implements AutoCloseable {
  /** Who may push and pull. */
  public static final String USER = "ann";

  public static final String PASSWORD = "a-word-that-is-hushed";

  private final ProcessLauncher launcher = ProcessLauncher.create();
  private final Path directory;
  private final Path authority;
  private final int port;
  private final Cli helm;
  private final ServerProcess server;

  private OciRegistry(Path directory, CertificateAuthority authority, String auth)
      throws IOException {
    this.directory = directory;
    this.authority = authority.write(directory.resolve("registry-ca.crt"));
    SecureRandom random = new SecureRandom();
    Workspace workspace =
        new Workspace(
            Checkout.find().root().resolve(".tools"),
            directory,
            launcher,
            new Ports(random),
            random);
    this.port = workspace.ports().free();
    PemPair pair = authority.issue(directory, "registry", "127.0.0.1");
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
                TrustedClient.of(authority.certificate()),
                URI.create("https://127.0.0.1:" + port + "/v2/"),
                401));
  }

  /** One that asks for user and password itself. */
  public static OciRegistry withPasswords(Path directory, CertificateAuthority authority)
      throws IOException {
    Path passwords = directory.resolve("htpasswd");
    String hash = OpenBSDBCrypt.generate("2y", PASSWORD.toCharArray(), new byte[16], 5);
    Files.writeString(passwords, USER + ":" + hash + "\n");
    return started(
        directory, authority, "htpasswd: {realm: charts, path: \"%s\"}".formatted(passwords));
  }

  /** One that asks for tokens of a service. */
  public static OciRegistry withTokens(
      Path directory, CertificateAuthority authority, RegistryTokenService tokens)
      throws IOException {
    Path keys = directory.resolve("jwks.json");
    Files.writeString(keys, tokens.jwks());
    return started(
        directory,
        authority,
        "token: {realm: \"%s\", service: \"%s\", issuer: \"%s\", jwks: \"%s\"}"
            .formatted(
                tokens.realm(), RegistryTokenService.AUDIENCE, RegistryTokenService.ISSUER, keys));
  }

  private static OciRegistry started(Path directory, CertificateAuthority authority, String auth)
      throws IOException {
    OciRegistry registry = new OciRegistry(directory, authority, auth);
    registry.server.start();
    registry.helm.run(
        "registry",
        "login",
        "127.0.0.1:" + registry.port,
        "--username=" + USER,
        "--password=" + PASSWORD,
        "--ca-file=" + registry.authority);
    return registry;
  }

  /** Where its charts are. */
  public URI url() {
    return URI.create("oci://127.0.0.1:" + port + "/charts");
  }

  /** The certificate that its own leads to, PEM. */
  public Path authority() {
    return authority;
  }

  /** Packages a chart, and pushes it; returns its archive. */
  public Path push(Path chart, String version, String... options) {
    String[] packing = new String[options.length + 4];
    packing[0] = "package";
    packing[1] = chart.toString();
    packing[2] = "--version=" + version;
    packing[3] = "--destination=" + directory;
    System.arraycopy(options, 0, packing, 4, options.length);
    helm.run(packing);
    Path archive = directory.resolve(chart.getFileName() + "-" + version + ".tgz");
    helm.run("push", archive.toString(), url().toString(), "--ca-file=" + authority);
    return archive;
  }

  @Override
  public void close() {
    server.stop();
    launcher.close();
  }
}
