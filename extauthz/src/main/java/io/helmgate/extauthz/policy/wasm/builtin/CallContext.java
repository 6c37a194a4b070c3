package io.helmgate.extauthz.policy.wasm.builtin;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What builtins share during one evaluation. Rego promises that a call with the same operands gives
 * the same value throughout an evaluation, so time stands still and random values are remembered.
 */
public final class CallContext {

  private final Instant now;
  private final RandomGenerator random;
  private final Map<Object, Term> remembered = new HashMap<>();

  /** Begins an evaluation. */
  public CallContext(Clock clock, RandomGenerator random) {
    this.now = clock.instant();
    this.random = random;
  }

  Instant now() {
    return now;
  }

  /** The value made first for a key in this evaluation. */
  Term remember(Object key, Function<RandomGenerator, Term> make) {
    return remembered.computeIfAbsent(key, ignored -> make.apply(random));
  }
}
