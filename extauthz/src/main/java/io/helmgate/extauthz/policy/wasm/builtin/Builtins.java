package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The builtin functions that this host supplies, by name. */
public final class Builtins {

  private static final Logger LOG = LoggerFactory.getLogger(Builtins.class);

  private final Map<String, Builtin> byName = new TreeMap<>();

  private Builtins() {}

  /** Every builtin that is supplied. */
  public static Builtins standard() {
    Builtins builtins = new Builtins();
    builtins.byName.putAll(TextBuiltins.all());
    builtins.byName.putAll(TimeBuiltins.all());
    builtins.byName.putAll(new RegexBuiltins().all());
    builtins.byName.putAll(UrlBuiltins.all());
    builtins.byName.putAll(SemverBuiltins.all());
    builtins.byName.putAll(UnitsBuiltins.all());
    builtins.byName.putAll(UuidBuiltins.all());
    builtins.byName.putAll(CryptoBuiltins.all());
    builtins.byName.putAll(EncodingBuiltins.all());
    builtins.byName.putAll(CollectionBuiltins.all());
    builtins.byName.putAll(NetBuiltins.all());
    builtins.byName.putAll(new JwtBuiltins().all());
    builtins.byName.put("trace", (context, operands) -> trace(operands));
    return builtins;
  }

  /** A policy's own note, for whoever debugs it. */
  private static Term trace(List<Term> operands) {
    LOG.debug("Policy trace: {}", Operands.text(operands, 0));
    return Term.bool(true);
  }

  /** A builtin, or empty when it is not supplied. */
  public Optional<Builtin> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The names of all that are supplied. */
  public Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  /** Why a builtin is not supplied. */
  public static String whyNot(String name) {
    return Refusals.reason(name).orElse("it is not supplied");
  }
}
