package io.helmgate.deployer;

import io.helmgate.deployer.cluster.ClusterHealth;
import io.helmgate.deployer.dispatch.Calls;
import io.helmgate.deployer.kubernetes.ApiProbe;
import io.helmgate.deployer.kubernetes.ServiceApi;
import io.helmgate.deployer.operation.OperatedWrites;
import io.helmgate.deployer.operation.OperationSettings;
import io.helmgate.deployer.operation.Operations;
import io.helmgate.deployer.release.DirectListing;
import io.helmgate.deployer.release.DriftCheck;
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
import java.util.List;
import java.util.UUID;

/** One of several deployers on the sandbox's cluster, without its transports. */
public final class Replica implements AutoCloseable {

  public static final Duration LEASE = Duration.ofSeconds(2);

  private final Closer closer = new Closer();
  private final HelmSystem system;
  private final Operations operations;

  private Replica(HelmSystem system) {
    this.system = closer.register("system", system);
    var replica = UUID.randomUUID().toString();
    this.operations =
        OperationParts.start(
            OperationParts.ports(
                "default",
                replica,
                LEASE,
                state(),
                system.ports(),
                system.releases(),
                system.scheduler()),
            new OperationSettings(replica, 20, Duration.ofHours(1), Duration.ofMillis(100)),
            closer);
  }

  public static Replica of(HelmSystem system) {
    return new Replica(system);
  }

  public static Replica start(Sandbox sandbox, Path directory) throws IOException {
    return start(sandbox, directory, HelmSystem.Engine.IN_PROCESS);
  }

  public static Replica start(Sandbox sandbox, Path directory, HelmSystem.Engine helm)
      throws IOException {
    return new Replica(
        HelmSystem.start(sandbox, Files.createTempDirectory(directory, "replica"), helm));
  }

  public Operations operations() {
    return operations;
  }

  public HelmSystem system() {
    return system;
  }

  /** All calls of the API, on this replica. */
  public Calls calls() {
    var writes = new OperatedWrites(system.releases(), operations, Duration.ofSeconds(60));
    return ApiCalls.of(
        new ReleaseParts(
            List.of(
                new ClusterParts(
                    "default",
                    64,
                    system.releases(),
                    writes,
                    catalog(),
                    operations,
                    previews(),
                    new DriftCheck(system.ports()),
                    new ClusterHealth(
                        "default",
                        new ApiProbe(system.api(), state()),
                        Clock.systemUTC(),
                        System::nanoTime))),
            "default",
            system.charts(),
            ReleaseFixture.DISCLOSURE),
        Duration.ofMinutes(1));
  }

  private ServiceApi state() {
    return new ServiceApi(system.api(), "helmgate");
  }

  public Previews previews() {
    return new Previews(
        system.ports(), Clock.systemUTC(), new SecureRandom(), Duration.ofMinutes(5));
  }

  public StoredReleases catalog() {
    var ports = system.ports();
    return new StoredReleases(ports, new DirectListing(ports.store()));
  }

  @Override
  public void close() {
    closer.close();
  }
}
