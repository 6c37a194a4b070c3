package io.helmgate.deployer.operation;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Write;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A deployer in a process of its own that installs a chart and then waits to be killed. Arguments:
 * kubeconfig, chart repository, work directory, chart, release, seconds for the operation, engine.
 */
final class ReplicaChild {

  private ReplicaChild() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    var system =
        HelmSystem.start(
            Path.of(args[0]),
            URI.create(args[1]),
            Path.of(args[2]),
            HelmSystem.Engine.valueOf(args[6]),
            () -> {});
    var replica = Replica.of(system);
    var request =
        ReleaseFixture.within(
            Duration.ofSeconds(Long.parseLong(args[5])),
            ReleaseFixture.chart(args[3], new ReleaseRef("team-a", args[4]), Map.of()));
    var started =
        ReleaseFixture.success(
            replica.operations().start(ReleaseFixture.TEAM_A, new Write.Install(request)));
    System.out.println("operation " + started.operation().name().id());
    new CountDownLatch(1).await();
  }
}
