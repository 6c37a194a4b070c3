package io.helmgate.kit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloserTest {
  private final List<String> closed = new ArrayList<>();
  private final Closer closer = new Closer();

  @Test
  void partsAreClosedLastFirstAndOnlyOnce() {
    closer.onClose("a", () -> closed.add("a"));
    closer.onClose("b", () -> closed.add("b"));

    closer.close();
    closer.close();

    assertThat(closed).containsExactly("b", "a");
  }

  @Test
  void aPartIsHandedBackWhenRegistered() {
    AutoCloseable part = () -> closed.add("part");

    assertThat(closer.register("part", part)).isSameAs(part);
  }

  @Test
  void aFailureKeepsNoOtherPartOpenAndTheFirstCarriesTheOthers() {
    closer.onClose("a", () -> closed.add("a"));
    closer.onClose(
        "b",
        () -> {
          throw new IOException("second");
        });
    closer.onClose(
        "c",
        () -> {
          throw new IllegalArgumentException("first");
        });

    assertThatThrownBy(closer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("not closed: c")
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .singleElement()
                    .satisfies(
                        other ->
                            assertThat(other)
                                .hasMessage("not closed: b")
                                .hasCauseInstanceOf(IOException.class)));
    assertThat(closed).containsExactly("a");
  }

  @Test
  void anInterruptOfOnePartIsKeptForTheCaller() {
    closer.onClose("a", () -> closed.add("a"));
    closer.onClose(
        "b",
        () -> {
          throw new InterruptedException();
        });

    assertThatThrownBy(closer::close).hasMessage("not closed: b");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(closed).containsExactly("a");
  }
}
