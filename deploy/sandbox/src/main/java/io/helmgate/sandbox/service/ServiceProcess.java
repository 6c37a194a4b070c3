package io.helmgate.sandbox.service;

import io.helmgate.sandbox.process.HttpProbe;
import io.helmgate.sandbox.process.Part;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.ServerProcess;
import io.helmgate.sandbox.process.Workspace;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One of the services, ready when its admin port says so. */
public final class ServiceProcess implements Part {
  private final String name;
  private final URI admin;
  private final ServerProcess process;

  /**
   * How a service is started.
   *
   * @param dist its {@code target/dist}
   * @param configuration its {@code helmgate.yaml}
   * @param environment added to this process's own
   */
  public record Settings(
      String name, Path dist, Path configuration, int adminPort, Map<String, String> environment) {}

  public ServiceProcess(Workspace workspace, Settings settings) {
    this.name = settings.name();
    this.admin = URI.create("http://127.0.0.1:" + settings.adminPort());
    Path program = settings.dist().resolve("bin").resolve(name);
    if (!Files.exists(program)) {
      throw new SandboxException(
          "%s: missing (expected: mvn --projects %s --also-make package -DskipTests made it)"
              .formatted(program, name));
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.putAll(settings.environment());
    this.process =
        workspace.server(
            name,
            // Through the shell, because a Maven build copies scripts without their mode.
            List.of("/bin/sh", program.toString(), "--config", settings.configuration().toString()),
            environment,
            new HttpProbe(HttpClient.newHttpClient(), admin.resolve("/readyz"), 200));
  }

  @Override
  public String name() {
    return name;
  }

  /** Returns the address of the service's admin port. */
  public URI admin() {
    return admin;
  }

  /** Returns the process, to be signalled in a test. */
  public ServerProcess process() {
    return process;
  }

  @Override
  public void start() {
    process.start();
  }

  @Override
  public void stop() {
    process.stop();
  }
}
