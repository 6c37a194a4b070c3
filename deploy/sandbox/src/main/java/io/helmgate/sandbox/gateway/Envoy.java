package io.helmgate.sandbox.gateway;

import io.helmgate.sandbox.process.HttpProbe;
import io.helmgate.sandbox.process.Part;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.ServerProcess;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.tls.TrustedClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/** The gateway: Envoy on the bootstrap file that ships. */
public final class Envoy implements Part {
  private static final String TLS = "/etc/helmgate/tls";
  private static final String RUN = "/var/run/helmgate";
  private static final int SOCKET_DIRECTORY_LENGTH = 85;

  private final int port;
  private final HttpClient client;
  private final Path adminSocket;
  private final ServerProcess process;

  /**
   * What Envoy is told about this machine.
   *
   * @param bootstrap the file that ships
   * @param tls directory of the certificates that the file names
   * @param authority who signed the listener's certificate
   */
  public record Settings(
      Path bootstrap,
      Path tls,
      X509Certificate authority,
      int port,
      int extauthzPort,
      int deployerPort) {}

  public Envoy(Workspace workspace, Settings settings) {
    this.port = settings.port();
    this.client = TrustedClient.of(settings.authority());
    Path sockets = socketDirectory(workspace.part("envoy"));
    this.adminSocket = sockets.resolve("envoy-admin.sock");
    var rebound =
        new EnvoyBootstrap(
            port,
            Map.of("extauthz", settings.extauthzPort(), "deployer", settings.deployerPort()),
            Map.of(TLS, settings.tls(), RUN, sockets));
    Path file = workspace.part("envoy").resolve("envoy.json");
    try {
      Files.writeString(
          file, rebound.apply(EnvoyBootstrap.read(settings.bootstrap())).toPrettyString());
    } catch (IOException e) {
      throw new SandboxException(file + ": can't be written", e);
    }
    this.process =
        workspace.server(
            "envoy",
            command(workspace, file),
            Map.of(),
            // The one answer that Envoy gives by itself.
            new HttpProbe(client, url().resolve("/ready"), 404));
  }

  /** Returns what starts an Envoy of two workers. */
  public static List<String> command(Workspace workspace, Path bootstrap) {
    return List.of(
        workspace.program("envoy").toString(),
        "--config-path",
        bootstrap.toString(),
        "--disable-hot-restart",
        "--concurrency",
        "2",
        "--log-level",
        "warning");
  }

  /** Returns a directory whose path leaves room for a socket's name in the 107 bytes of unix(7). */
  private static Path socketDirectory(Path wanted) {
    if (wanted.toString().length() <= SOCKET_DIRECTORY_LENGTH) {
      return wanted;
    }
    try {
      Path directory = Files.createTempDirectory("helmgate");
      directory.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new SandboxException("a temporary directory can't be made", e);
    }
  }

  @Override
  public String name() {
    return "envoy";
  }

  /** Returns the address that clients use. */
  public URI url() {
    return URI.create("https://localhost:" + port);
  }

  /** Returns a client that trusts the listener's certificate. */
  public HttpClient client() {
    return client;
  }

  /** Returns the UNIX socket of Envoy's admin interface. */
  public Path adminSocket() {
    return adminSocket;
  }

  @Override
  public void start() {
    process.start();
  }

  @Override
  public void stop() {
    process.stop();
    try {
      // Envoy leaves it.
      Files.deleteIfExists(adminSocket);
    } catch (IOException e) {
      throw new SandboxException(adminSocket + ": can't be deleted", e);
    }
  }
}
