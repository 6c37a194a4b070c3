package io.helmgate.extauthz.limits.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BacklogTest {

  private static final Duration TARGET = Duration.ofMillis(50);

  private final AtomicLong nanos = new AtomicLong();
  private final MetricRegistry metrics = new MetricRegistry();

  @Test
  void soManyMayWaitAsTheLimitSaysAndNoneMore() {
    Backlog backlog = backlog(3, 3);

    List<Backlog.Waiting> waiting = fill(backlog);

    assertThat(waiting).hasSize(3);
    assertThat(backlog.admit()).isEmpty();
    assertThat(metrics.counter(MetricName.build("extauthz_backlog_refused")).getCount())
        .isEqualTo(2);
    assertThat(gauge("extauthz_backlog_waiting")).isEqualTo(3);
    assertThat(gauge("extauthz_backlog_limit")).isEqualTo(3);
  }

  @Test
  void whoseWorkBeginsMakesRoomForOneOther() {
    Backlog backlog = backlog(2, 2);
    List<Backlog.Waiting> waiting = fill(backlog);

    waiting.getFirst().started();
    waiting.getFirst().started();

    assertThat(fill(backlog)).hasSize(1);
  }

  @Test
  void theLimitFallsToTheLeastOneWhileRequestsWaitTooLong() {
    Backlog backlog = backlog(10, 1000);

    window(backlog, 100, TARGET.multipliedBy(2));
    int before = backlog.limit();
    // The first request of a window ends the one before.
    window(backlog, 100, TARGET.multipliedBy(2));
    int once = backlog.limit();
    for (int i = 0; i < 50; i++) {
      window(backlog, 10, TARGET.multipliedBy(2));
    }

    assertThat(before).isEqualTo(1000);
    assertThat(once).isEqualTo(800);
    assertThat(backlog.limit()).isEqualTo(10);
  }

  @Test
  void theLimitGrowsAgainOnceRequestsThatNeedItDoNotWaitTooLong() {
    Backlog backlog = backlog(10, 20);
    for (int i = 0; i < 10; i++) {
      window(backlog, 10, TARGET.multipliedBy(2));
    }
    int least = backlog.limit();

    for (int i = 0; i < 50; i++) {
      window(backlog, 10, TARGET.dividedBy(2));
    }

    assertThat(least).isEqualTo(10);
    assertThat(backlog.limit()).isEqualTo(20);
  }

  @Test
  void aLimitThatNobodyNeedsStaysAsItIs() {
    Backlog backlog = backlog(10, 1000);
    window(backlog, 100, TARGET.multipliedBy(2));

    for (int i = 0; i < 50; i++) {
      window(backlog, 12, TARGET.dividedBy(2));
    }

    assertThat(backlog.limit()).isEqualTo(800);
  }

  @Test
  void withoutLimitNobodyIsRefused() {
    Backlog backlog = new Backlog(Backlog.Settings.unlimited(), nanos::get, metrics);

    for (int i = 0; i < 10_000; i++) {
      assertThat(backlog.admit()).isPresent();
    }
  }

  private Backlog backlog(int min, int max) {
    return new Backlog(new Backlog.Settings(min, max, TARGET), nanos::get, metrics);
  }

  private int gauge(String name) {
    return metrics.getGauges((metric, _) -> metric.getKey().equals(name)).values().stream()
        .map(gauge -> (Integer) gauge.getValue())
        .findFirst()
        .orElseThrow();
  }

  private static List<Backlog.Waiting> fill(Backlog backlog) {
    List<Backlog.Waiting> waiting = new ArrayList<>();
    for (Optional<Backlog.Waiting> next = backlog.admit();
        next.isPresent();
        next = backlog.admit()) {
      waiting.add(next.get());
    }
    return waiting;
  }

  /** Requests that come at once, wait, and begin; then the time of a window goes by. */
  private void window(Backlog backlog, int requests, Duration wait) {
    nanos.addAndGet(Duration.ofMillis(150).toNanos());
    List<Backlog.Waiting> waiting = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      backlog.admit().ifPresent(waiting::add);
    }
    nanos.addAndGet(wait.toNanos());
    waiting.forEach(Backlog.Waiting::started);
  }
}
