package io.helmgate.kit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {
  private final List<Integer> halted = new ArrayList<>();
  private final Signals signals = new Signals(halted::add);

  @Test
  void theFirstSignalAsksForAStopAndTheSecondHalts() throws InterruptedException {
    assertThat(signals.stopping()).isFalse();
    signals.received("TERM", 15);
    assertThat(signals.stopping()).isTrue();
    assertThat(signals.await()).isEqualTo("SIGTERM");
    assertThat(halted).isEmpty();

    signals.received("INT", 2);

    assertThat(halted).containsExactly(130);
  }

  @Test
  void waitingEndsWhenTheTimeIsOver() throws InterruptedException {
    assertThat(signals.await(Duration.ofMillis(1))).isEmpty();
    signals.stop("asked");
    assertThat(signals.await(Duration.ofMillis(1))).contains("asked");
  }
}
