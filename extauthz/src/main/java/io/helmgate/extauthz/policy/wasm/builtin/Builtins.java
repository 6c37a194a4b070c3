package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The builtin functions that this host supplies, by name. */
public final class Builtins {

  private final Map<String, Builtin> byName = new TreeMap<>();

  private Builtins() {}

  /** Every builtin that is supplied. */
  public static Builtins standard() {
    return new Builtins();
  }

  /** A builtin, or empty when it is not supplied. */
  public Optional<Builtin> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
