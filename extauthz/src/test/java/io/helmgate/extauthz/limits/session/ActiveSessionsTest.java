package io.helmgate.extauthz.limits.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.token.VerifiedToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ActiveSessionsTest {

  private static final Duration IDLE = Duration.ofMinutes(10);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000));
  private final ActiveSessions sessions =
      new ActiveSessions(2, IDLE, now::get, new MetricRegistry());

  @Test
  void aSessionThatDoesNotCallForTheIdleTimeMakesRoom() {
    assertThat(active("alice", "")).isTrue();
    pass(IDLE.dividedBy(2));
    assertThat(active("bob", "")).isTrue();
    assertThat(active("carol", "")).isFalse();

    pass(IDLE.dividedBy(2));
    assertThat(active("carol", "")).as("alice has ended").isTrue();
    assertThat(active("bob", "")).as("he called later").isTrue();
    assertThat(active("alice", "")).as("her place is taken").isFalse();
  }

  @Test
  void callsKeepASessionAlive() {
    for (int i = 0; i < 10; i++) {
      assertThat(active("alice", "")).isTrue();
      assertThat(active("bob", "")).isTrue();
      assertThat(active("carol", "")).isFalse();
      pass(IDLE.minusSeconds(1));
    }
  }

  @Test
  void oneUserMayHaveSeveralSessionsAndOneSessionSeveralTokens() {
    assertThat(active("alice", "s1")).isTrue();
    assertThat(active("alice", "s2")).isTrue();
    assertThat(active("alice", "s3")).isFalse();
    assertThat(active("alice", "s1")).isTrue();
  }

  @Test
  void theBoundHoldsForSessionsThatBeginAtOnce() throws Exception {
    ActiveSessions many = new ActiveSessions(50, IDLE, now::get, new MetricRegistry());
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      String user = "user-" + i;
      calls.add(() -> many.called(token(user, "")) instanceof SessionAdmission.Active);
    }
    int admitted = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var call : threads.invokeAll(calls)) {
        admitted += call.get() ? 1 : 0;
      }
    }

    assertThat(admitted).isEqualTo(50);
  }

  private boolean active(String user, String sid) {
    return sessions.called(token(user, sid)) instanceof SessionAdmission.Active;
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private static VerifiedToken token(String user, String sid) {
    ObjectNode claims = JsonNodeFactory.instance.objectNode().put("sub", user).put("sid", sid);
    return new VerifiedToken(
        "p", JsonNodeFactory.instance.objectNode(), claims, Optional.empty(), Map.of(), List.of());
  }
}
