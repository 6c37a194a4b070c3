package io.helmgate.deployer;

import io.helmgate.deployer.config.DeployerConfig.OperationsConfig;
import io.helmgate.deployer.dispatch.Calls;
import io.helmgate.deployer.operation.OperatedReleases;
import io.helmgate.deployer.operation.Operations;
import io.helmgate.deployer.release.Previews;
import io.helmgate.deployer.release.StoredReleases;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/** One of several deployers on the sandbox's cluster, without its transports. */
public final class Replica implements AutoCloseable {

  public static final Duration LEASE = Duration.ofSeconds(2);

  private final Closer closer = new Closer();
  private final HelmSystem system;
  private final Operations operations;

  private Replica(HelmSystem system) {
    this.system = closer.register("system", system);
    this.operations =
        OperationParts.start(
            new OperationsConfig("helmgate", 20, LEASE, Duration.ofHours(1), Duration.ofMinutes(1)),
            Duration.ofMillis(100),
            system.api(),
            system.ports(),
            system.releases(),
            system.scheduler(),
            closer);
  }

  public static Replica of(HelmSystem system) {
    return new Replica(system);
  }

  public static Replica start(Sandbox sandbox, Path directory) throws IOException {
    return new Replica(HelmSystem.start(sandbox, Files.createTempDirectory(directory, "replica")));
  }

  public Operations operations() {
    return operations;
  }

  public HelmSystem system() {
    return system;
  }

  /** All calls of the API, on this replica. */
  public Calls calls() {
    var releases = new OperatedReleases(system.releases(), operations, Duration.ofSeconds(60));
    return ApiCalls.of(
        new ReleaseParts(
            releases,
            system.charts(),
            catalog(),
            operations,
            previews(),
            ReleaseFixture.DISCLOSURE),
        "default",
        Duration.ofMinutes(1));
  }

  public Previews previews() {
    return new Previews(
        system.ports(), Clock.systemUTC(), new SecureRandom(), Duration.ofMinutes(5));
  }

  public StoredReleases catalog() {
    return new StoredReleases(system.ports().cluster(), system.ports().store());
  }

  @Override
  public void close() {
    closer.close();
  }
}
