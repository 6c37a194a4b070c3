package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.unawaited;
import static io.helmgate.deployer.ReleaseFixture.within;
import static io.helmgate.deployer.operation.OperationFixture.awaitLockGivenBack;
import static io.helmgate.deployer.operation.OperationFixture.begun;
import static io.helmgate.deployer.operation.OperationFixture.ended;
import static io.helmgate.deployer.operation.OperationFixture.leaseOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.helm.HeldHelm;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Helm that takes longer than it may, and that nobody can stop. */
final class OutlivedTimeIT {

  @Test
  void nobodyElseWritesUntilHelmHasEnded(@TempDir Path directory) throws Exception {
    var sandbox = SharedSandbox.get();
    var helm = new HeldHelm(directory);
    var ref = ref("team-a");
    try (var replica = Replica.of(HelmSystem.start(sandbox, directory, helm))) {
      var request = within(Duration.ofSeconds(6), unawaited(demo(ref, "0.1.0", Map.of())));
      var started = begun(replica, TEAM_A, new Write.Install(request));

      var late =
          success(replica.operations().await(TEAM_A, started.name(), Duration.ofSeconds(14)));
      assertThat(late.done()).isFalse();
      assertThat(leaseOf(sandbox.cluster().kubectl(), ref)).isNotEmpty();
      assertFailure(
          replica.operations().start(TEAM_A, new Write.Install(request)),
          Reason.ABORTED,
          started.name().id());

      helm.letGo();
      var ended = ended(replica, started.name());
      assertThat(ended.ending()).get().isInstanceOf(Ending.Succeeded.class);
      awaitLockGivenBack(sandbox.cluster().kubectl(), ref);
      assertThat(success(replica.system().releases().get(TEAM_A, ref)).revision()).isEqualTo(1);
    }
  }
}
