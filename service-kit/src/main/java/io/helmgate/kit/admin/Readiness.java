package io.helmgate.kit.admin;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * Whether a service can do its work: the conditions that its parts report. It is ready when every
 * condition that is required holds. Thread-safe.
 */
public final class Readiness {

  /** One reported condition. */
  private record State(boolean required, boolean holds, String detail) {

    boolean allows() {
      return holds || !required;
    }
  }

  private final Map<String, State> conditions = new ConcurrentSkipListMap<>();

  /** A condition without which the service is not ready; it does not hold until it is set. */
  public Condition required(String name) {
    return condition(name, true);
  }

  /** A condition that is shown, and leaves the service ready when it does not hold. */
  public Condition informative(String name) {
    return condition(name, false);
  }

  private Condition condition(String name, boolean required) {
    conditions.put(name, new State(required, false, "not reported yet"));
    return (holds, detail) -> conditions.put(name, new State(required, holds, detail));
  }

  /** Whether every required condition holds. */
  public boolean isReady() {
    return conditions.values().stream().allMatch(State::allows);
  }

  /** One line for each condition: {@code ok}, {@code degraded} or {@code failed}, name, detail. */
  public void describe(Consumer<String> line) {
    conditions.forEach(
        (name, state) ->
            line.accept(
                "%s %s%s"
                    .formatted(
                        state.holds() ? "ok" : state.required() ? "failed" : "degraded",
                        name,
                        state.detail().isEmpty() ? "" : ": " + state.detail())));
  }

  /** Where a part reports whether its condition holds. */
  @FunctionalInterface
  public interface Condition {

    /**
     * Reports.
     *
     * @param detail why, for people; no secret
     */
    void set(boolean holds, String detail);
  }
}
