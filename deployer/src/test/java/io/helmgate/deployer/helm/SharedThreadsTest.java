package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedThreadsTest {

  private final SharedThreads threads = new SharedThreads("test-", 4, 8);
  private final CountDownLatch answer = new CountDownLatch(1);
  private final AtomicInteger hanging = new AtomicInteger();

  @AfterEach
  void end() throws InterruptedException {
    answer.countDown();
    assertThat(threads.close(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void aClusterAloneHasAllThreads() {
    var only = threads.share();

    hang(only, 4);

    await().untilAsserted(() -> assertThat(hanging).hasValue(4));
  }

  @Test
  void clustersThatHangLeaveEachOtherOneAThread() throws Exception {
    var slow = threads.share();
    var dead = threads.share();
    var well = threads.share();

    hang(slow, 8);
    hang(dead, 8);
    await().untilAsserted(() -> assertThat(hanging).hasValue(3));

    for (int i = 0; i < 20; i++) {
      int number = i;
      assertThat(well.submit(() -> number).get(10, TimeUnit.SECONDS)).isEqualTo(number);
    }
    assertThat(hanging).as("slow two, dead one").hasValue(3);
  }

  @Test
  void clustersTakeTurns() throws Exception {
    var one = threads.share();
    var other = threads.share();
    List<String> order = new ArrayList<>();
    var hangs = hang(one, 3);
    hangs.addAll(hang(other, 1));
    await().untilAsserted(() -> assertThat(hanging).hasValue(4));
    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(one.submit(() -> add(order, "one")));
    }
    for (int i = 0; i < 3; i++) {
      calls.add(other.submit(() -> add(order, "other")));
    }

    answer.countDown();
    for (var call : calls) {
      call.get(10, TimeUnit.SECONDS);
    }

    assertThat(order.subList(0, 4)).contains("one", "other");
  }

  @Test
  void aClusterIsRefusedWhenTooManyOfItsOwnCallsWait() {
    var slow = threads.share();
    var well = threads.share();
    hang(slow, 3 + 8);

    assertThatThrownBy(() -> slow.submit(() -> 1))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("8 wait");
    assertThat(well.submit(() -> 1)).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void aCancelledCallGivesItsPlaceUpAndNeverRuns() {
    var slow = threads.share();
    threads.share();
    hang(slow, 3);
    var ran = new AtomicInteger();
    List<Future<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waiting.add(slow.submit(ran::incrementAndGet));
    }

    waiting.forEach(call -> call.cancel(false));
    var last = slow.submit(() -> "ran");
    answer.countDown();

    assertThat(last).succeedsWithin(Duration.ofSeconds(10));
    assertThat(ran).hasValue(0);
  }

  @Test
  void thereIsNoShareWithoutAThread() {
    for (int i = 0; i < 4; i++) {
      threads.share();
    }

    assertThatThrownBy(threads::share)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("at least one for each cluster");
  }

  @Test
  void whatFailsGivesItsThreadBack() {
    var only = threads.share();
    for (int i = 0; i < 10; i++) {
      assertThat(
              only.submit(
                  () -> {
                    throw new IllegalStateException("bad");
                  }))
          .failsWithin(Duration.ofSeconds(10));
    }

    assertThat(only.submit(() -> 1)).succeedsWithin(Duration.ofSeconds(10));
  }

  private List<Future<?>> hang(SharedThreads.Share share, int calls) {
    List<Future<?>> hangs = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      hangs.add(
          share.submit(
              () -> {
                hanging.incrementAndGet();
                answer.await();
                return 0;
              }));
    }
    return hangs;
  }

  private static int add(List<String> order, String name) {
    synchronized (order) {
      order.add(name);
      return order.size();
    }
  }
}
