package io.helmgate.deployer.kubernetes;

import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.fresh;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.RunningSystem;
import io.helmgate.deployer.operation.OperationName;
import io.helmgate.deployer.operation.ReleaseLocks.Held;
import io.helmgate.deployer.release.Plan;
import io.helmgate.deployer.release.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plans and locks as a real API server keeps them. */
final class ServiceStateIT {
  @RegisterExtension static final RunningSystem SYSTEM = new RunningSystem();

  private static final Duration LEASE = Duration.ofSeconds(15);

  @Test
  void aPlanIsKeptForItsTimeAndNoLonger() {
    var plans = SYSTEM.ports().plans();
    // Long ago, so that plans of other tests do not expire with it.
    var expires = Instant.now().minus(1, ChronoUnit.HOURS);
    var before = expires.minusSeconds(1);
    var plan =
        new Plan(ref("team-a"), fresh("salt"), Map.of("a", "b"), "", Optional.empty(), expires);
    success(plans.keep(plan, before));

    plans.sweep(before);
    assertThat(success(plans.get(plan.ref(), plan.digest(), before))).isEqualTo(plan);
    assertFailure(
        plans.get(plan.ref(), plan.digest(), expires), Reason.FAILED_PRECONDITION, "no such plan");
    assertThat(secrets()).contains(name(plan));

    plans.sweep(expires.plusSeconds(1));
    assertThat(secrets()).doesNotContain(name(plan));
  }

  @Test
  void aLockTellsHowLongItsHolderMayBeSilentWithHelmAtWork() {
    var locks =
        new ReleaseLeases(
            new ServiceApi(SYSTEM.system().api(), "helmgate"), "r-1", LEASE, Clock.systemUTC());
    var operation = new OperationName(ref("team-a"), fresh("op"));
    var lock = success(locks.acquire(operation));
    var taken = held(locks, operation);

    success(lock.renew(Duration.ofMillis(41_001)));
    var atWork = held(locks, operation);
    success(lock.renew(Duration.ZERO));
    var after = held(locks, operation);
    success(lock.release());

    assertThat(taken.patience()).isEqualTo(LEASE);
    assertThat(atWork.patience()).isEqualTo(LEASE.plusSeconds(42));
    assertThat(after.patience()).isEqualTo(LEASE);
    assertThat(taken.version()).isNotEqualTo(atWork.version()).isNotEqualTo(after.version());
    assertFailure(locks.take(after), Reason.NOT_FOUND, "");
  }

  private static Held held(ReleaseLeases locks, OperationName operation) {
    return success(locks.held()).stream()
        .filter(held -> held.operation().equals(operation))
        .findFirst()
        .orElseThrow();
  }

  private static String secrets() {
    return SYSTEM.kubectl().run("get", "secrets", "-n", "helmgate", "-o", "name");
  }

  private static String name(Plan plan) {
    return "plan-" + plan.digest().substring("sha256:".length());
  }
}
