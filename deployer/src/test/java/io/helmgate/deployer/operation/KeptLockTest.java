package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.operation.ReleaseLocks.Lock;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.kit.assertion.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeptLockTest {
  private static final Duration LOCK = Duration.ofSeconds(15);
  private static final Duration HELM = Duration.ofMinutes(5);

  private final MutableClock clock = new MutableClock();

  /** What each renewal has announced. */
  private final List<Duration> renewals = new ArrayList<>();

  private final KeptLock lock = new KeptLock(new Recording(), LOCK, clock.instant(), clock);

  @Test
  void aFreshLockIsHeldWithoutARenewal() {
    clock.advance(LOCK.dividedBy(3).minusNanos(1));
    success(lock.hold(Duration.ZERO));
    assertThat(renewals).isEmpty();

    clock.advance(Duration.ofNanos(1));
    success(lock.hold(Duration.ZERO));
    assertThat(renewals).containsExactly(Duration.ZERO);
  }

  @Test
  void whatIsAnnouncedIsNotAnnouncedAgain() {
    success(lock.hold(HELM));
    clock.advance(Duration.ofSeconds(1));
    success(lock.hold(HELM.minusSeconds(1)));
    assertThat(renewals).containsExactly(HELM);
  }

  @Test
  void aLongerCallIsAnnounced() {
    success(lock.hold(HELM));
    success(lock.hold(HELM.plusNanos(1)));
    assertThat(renewals).containsExactly(HELM, HELM.plusNanos(1));
  }

  @Test
  void anAnnouncementThatIsOldIsRenewedWithWhatIsLeft() {
    success(lock.hold(HELM));
    clock.advance(LOCK.dividedBy(3));
    var left = HELM.minus(LOCK.dividedBy(3));
    success(lock.hold(left));
    success(lock.renew());
    assertThat(renewals).containsExactly(HELM, left, left);
  }

  @Test
  void whoDoesNotCallHelmAfterAllTakesTheAnnouncementBack() {
    success(lock.hold(HELM));
    success(lock.hold(Duration.ZERO));
    success(lock.renew());
    assertThat(renewals).containsExactly(HELM, Duration.ZERO, Duration.ZERO);
  }

  private final class Recording implements Lock {
    @Override
    public Outcome<Lock> renew(Duration engine) {
      renewals.add(engine);
      return Outcome.success(this);
    }

    @Override
    public Outcome<Lock> release() {
      return Outcome.success(this);
    }
  }
}
