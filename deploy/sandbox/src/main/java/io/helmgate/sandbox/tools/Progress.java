package io.helmgate.sandbox.tools;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Tells the person at the terminal what a long step does; one line every few seconds at most. */
final class Progress {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final PrintStream out;
  private final InstantSource clock;
  private final String name;
  private final Instant start;
  private Instant last;

  Progress(PrintStream out, InstantSource clock, String name) {
    this.out = out;
    this.clock = clock;
    this.name = name;
    this.start = clock.instant();
    this.last = start;
  }

  /** Says a fact at once. */
  void say(String text) {
    out.printf("[%s] %s%n", name, text);
  }

  /** Says how far a step is, unless something was said a moment ago. */
  synchronized void update(String text) {
    Instant now = clock.instant();
    if (Duration.between(last, now).compareTo(INTERVAL) >= 0) {
      last = now;
      say(text + ", " + elapsed());
    }
  }

  /** Returns the time since the first line, such as {@code 2 min 05 s}. */
  String elapsed() {
    var time = Duration.between(start, clock.instant());
    return time.toMinutes() == 0
        ? time.toSeconds() + " s"
        : "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
