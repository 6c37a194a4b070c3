package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.kit.assertion.MutableClock;
import java.io.IOException;
import java.lang.Thread.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RepositoryTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final MutableClock clock = new MutableClock();
  private final AtomicInteger readings = new AtomicInteger();
  private TestRepository server;
  private Repository repository;

  @BeforeEach
  void start() throws IOException {
    server = new TestRepository();
    var settings =
        TestRepository.settings("test", server.url(), Optional.empty(), Optional.empty());
    repository =
        new Repository(
            settings,
            new HttpSource("test", new RepositoryClient(settings, clock), ChartLimits.defaults()),
            Optional.empty(),
            clock);
  }

  @AfterEach
  void stop() {
    repository.close();
    server.close();
  }

  @Test
  void isReadForEachWhoAsks() {
    serve("one");
    repository.refresh(TIMEOUT);
    assertThat(charts()).containsExactly("one");

    serve("two");
    repository.refresh(TIMEOUT);
    assertThat(charts()).containsExactly("two");
  }

  @Test
  void isReadForWhatItLacksNotMoreOftenThanEveryTenSeconds() {
    serve("one");
    assertThat(found("one")).isTrue();
    serve("two");

    clock.advance(Duration.ofSeconds(10).minusNanos(1));
    assertThat(found("two")).isFalse();
    assertThat(readings).hasValue(1);

    clock.advance(Duration.ofNanos(1));
    assertThat(found("two")).isTrue();
    assertThat(readings).hasValue(2);
  }

  @Test
  void whoAsksWhileItIsReadSharesTheNextReading() throws InterruptedException {
    var arrived = new CountDownLatch(1);
    var answers = new Semaphore(0);
    server.on(
        "/charts/index.yaml",
        exchange -> {
          boolean first = readings.incrementAndGet() == 1;
          arrived.countDown();
          answers.acquireUninterruptibly();
          TestRepository.text(index(first ? "old" : "new")).to(exchange);
        });

    var first = Thread.ofPlatform().start(() -> repository.refresh(TIMEOUT));
    arrived.await();
    var later =
        Stream.generate(() -> Thread.ofPlatform().start(() -> repository.refresh(TIMEOUT)))
            .limit(5)
            .toList();
    Awaitility.await()
        .until(() -> later.stream().allMatch(one -> one.getState() == State.TIMED_WAITING));
    answers.release(2);
    first.join();
    for (var one : later) {
      one.join();
    }

    assertThat(charts()).containsExactly("new");
    assertThat(readings).hasValue(2);
  }

  private void serve(String chart) {
    server.on(
        "/charts/index.yaml",
        exchange -> {
          readings.incrementAndGet();
          TestRepository.text(index(chart)).to(exchange);
        });
  }

  private static String index(String chart) {
    return TestRepository.index(chart, TestRepository.entry("1.0.0", "a.tgz", "0".repeat(64)));
  }

  private List<String> charts() {
    return repository.index() instanceof Outcome.Success<RepositoryIndex>(RepositoryIndex index)
        ? List.copyOf(index.charts().keySet())
        : List.of();
  }

  private boolean found(String chart) {
    return switch (repository.find(chart, Optional.empty(), TIMEOUT)) {
      case Outcome.Success<IndexedChart> _ -> true;
      case Outcome.Failure<IndexedChart>(Reason reason, String message, var _) -> {
        assertThat(reason).as(message).isEqualTo(Reason.NOT_FOUND);
        yield false;
      }
    };
  }
}
