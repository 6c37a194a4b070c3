package io.helmgate.deployer.kubernetes;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.RunningSystem;
import io.helmgate.deployer.release.Caller;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits for changes on a real API server. */
final class ObjectChangesIT {
  @RegisterExtension static final RunningSystem SYSTEM = new RunningSystem();

  /** Much longer than a watched object is left without a look. */
  private static final Duration LONG = Duration.ofMinutes(5);

  /** Nobody may watch as this one. */
  private static final Caller STRANGER = new Caller("keycloak:stranger", List.of(), "d-1");

  private static final String CONFIG_MAPS = "api/v1/namespaces/team-a/configmaps";

  private final String name = fresh("watched");
  private final String other = fresh("watched");

  @BeforeEach
  void create() {
    SYSTEM.kubectl().run("create", "configmap", name, "-n", "team-a");
    SYSTEM.kubectl().run("create", "configmap", other, "-n", "team-a");
  }

  @AfterEach
  void delete() {
    SYSTEM.kubectl().run("delete", "configmap", other, "-n", "team-a");
    SYSTEM.kubectl().run("delete", "configmap", name, "-n", "team-a", "--ignore-not-found");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aChangeEndsTheWaiting(boolean alone) throws Exception {
    try (var changes = changes(TEAM_A, alone ? List.of(name) : List.of(name, other))) {
      // What there is already comes first, so that nothing is missed before the watch begins.
      changes.await(LONG);
      quiet(changes);

      var waiting = waiting(changes);
      SYSTEM.kubectl().run("annotate", "configmap", name, "-n", "team-a", "a=b");
      waiting.get(5, TimeUnit.SECONDS);

      var again = waiting(changes);
      SYSTEM.kubectl().run("delete", "configmap", name, "-n", "team-a");
      again.get(5, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsNotWaitedForEndsNothing(boolean alone) throws Exception {
    var unborn = fresh("unborn");
    try (var changes = changes(TEAM_A, alone ? List.of(name) : List.of(name, unborn))) {
      changes.await(LONG);
      quiet(changes);

      var waiting = waiting(changes);
      SYSTEM.kubectl().run("annotate", "configmap", other, "-n", "team-a", "a=b");

      assertThat(ended(waiting, Duration.ofSeconds(2))).isFalse();
      changes.wake();
      waiting.get(1, TimeUnit.SECONDS);
    }
  }

  @Test
  void whoMayNotWatchLooksEveryHalfSecond() throws Exception {
    try (var changes = changes(STRANGER, List.of(name))) {
      for (int look = 0; look < 5; look++) {
        assertThat(ended(waiting(changes), Duration.ofSeconds(2))).isTrue();
      }
    }
  }

  /** What began with the watch has come. */
  private static void quiet(ObjectChanges changes) throws InterruptedException {
    changes.await(Duration.ofMillis(500));
  }

  private static CompletableFuture<Void> waiting(ObjectChanges changes) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            changes.await(LONG);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static boolean ended(CompletableFuture<Void> waiting, Duration within) throws Exception {
    try {
      waiting.get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private static ObjectChanges changes(Caller caller, List<String> names) {
    return new ObjectChanges(
        SYSTEM.system().api(),
        caller,
        Pause.by(SYSTEM.system().scheduler()),
        names.stream().map(each -> new ObjectPath(CONFIG_MAPS, each)).toList());
  }
}
