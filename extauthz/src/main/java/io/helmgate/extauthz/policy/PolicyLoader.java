package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.policy.bundle.InvalidBundleException;
import io.helmgate.extauthz.policy.bundle.PolicyBundle;
import io.helmgate.extauthz.policy.source.Compilation;
import io.helmgate.extauthz.policy.source.OpaCompiler;
import io.helmgate.extauthz.policy.source.OpaInsight;
import io.helmgate.extauthz.policy.source.PolicySnapshot;
import io.helmgate.extauthz.policy.source.RegoProblem;
import io.helmgate.extauthz.policy.source.RegoQuery;
import io.helmgate.extauthz.policy.wasm.UnsupportedPolicyException;
import io.helmgate.extauthz.policy.wasm.WasmPolicy;
import io.helmgate.extauthz.policy.wasm.builtin.Builtins;
import io.helmgate.extauthz.policy.wasm.builtin.CallContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a policy that is ready to answer from its sources: compiled, loaded and warm. */
final class PolicyLoader {

  /** Evaluations before a policy goes into force, so that no request pays for cold code. */
  private static final int WARM_UP_ROUNDS = 200;

  private static final byte[] WARM_UP_INPUT = "{}".getBytes(StandardCharsets.UTF_8);

  private final PolicyConfig config;
  private final PolicyEnvironment environment;
  private final RegoQuery query;
  private final OpaCompiler compiler;
  private final Builtins builtins = Builtins.standard();
  private volatile @Nullable WasmPolicy onTrial;

  PolicyLoader(PolicyConfig config, PolicyEnvironment environment) throws InvalidPolicyException {
    this.config = config;
    this.environment = environment;
    this.query =
        RegoQuery.parse(config.query())
            .orElseThrow(
                () ->
                    InvalidPolicyException.rejected(
                        "rego_query: "
                            + config.query()
                            + " (expected: a ground reference such as "
                            + PolicyConfig.DEFAULT_QUERY
                            + ")",
                        null));
    this.compiler = new OpaCompiler(config.opa(), config.compileDeadline());
  }

  /** The sources as they are now. */
  PolicySnapshot read() throws InvalidPolicyException {
    try {
      return PolicySnapshot.read(config.source());
    } catch (InvalidBundleException e) {
      throw InvalidPolicyException.rejected(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw InvalidPolicyException.unavailable(
          "policy sources can't be read: " + e.getMessage(), e);
    }
  }

  /** What can be told of sources that were loaded. */
  OpaInsight insight(PolicySnapshot sources) {
    return new OpaInsight(compiler, sources, query, config.version());
  }

  /** The name of the bundle that the policy comes from. */
  String bundle() {
    return config.source().bundle();
  }

  /** What the policy is asked. */
  String query() {
    return query.text();
  }

  /** Compiles, loads, tests and warms a policy; takes about a second. */
  LoadedPolicy load(PolicySnapshot sources) throws InvalidPolicyException, InterruptedException {
    Optional<Compilation.Compiled> ready = compiledBefore(sources);
    if (ready.isPresent()) {
      return load(sources, ready.get());
    }
    return switch (compiler.compile(sources, query, config.version())) {
      case Compilation.Rejected rejected ->
          throw InvalidPolicyException.rejected(rejected.problems());
      case Compilation.CompilerFailed failed ->
          throw InvalidPolicyException.unavailable(failed.reason(), null);
      case Compilation.Compiled compiled -> load(sources, compiled);
    };
  }

  /** The module that a bundle brings for the query; empty when the query has to be compiled. */
  private Optional<Compilation.Compiled> compiledBefore(PolicySnapshot sources)
      throws InvalidPolicyException {
    if (sources.bundle().isEmpty()) {
      return Optional.empty();
    }
    PolicyBundle bundle = sources.bundle().get();
    if (!bundle.manifest().owns(query.entrypoint())) {
      throw InvalidPolicyException.rejected(
          "bundle: roots: "
              + bundle.manifest().roots()
              + " (expected: one with "
              + query.text()
              + ")",
          null);
    }
    Optional<byte[]> module = bundle.module(query.entrypoint());
    String missing =
        "bundle: no module for "
            + query.entrypoint()
            + " (expected: a bundle made by opa build -t wasm -e "
            + query.entrypoint();
    if (module.isEmpty() && !bundle.hasRego()) {
      throw InvalidPolicyException.rejected(missing + ", or one with Rego)", null);
    }
    if (module.isEmpty() && !compiler.isThere()) {
      throw InvalidPolicyException.unavailable(
          missing + ", or the opa program at " + config.opa() + ")", null);
    }
    if (module.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Compilation.Compiled(module.get(), bundle.data(), Selection.all()));
    } catch (InvalidBundleException e) {
      throw InvalidPolicyException.rejected(String.valueOf(e.getMessage()), e);
    }
  }

  private LoadedPolicy load(PolicySnapshot sources, Compilation.Compiled compiled)
      throws InvalidPolicyException {
    try {
      WasmPolicy policy =
          WasmPolicy.load(
              compiled.wasm(),
              compiled.dataJson(),
              query.entrypoint(),
              config.limits(),
              builtins,
              () -> new CallContext(environment.clock(), environment.random()));
      onTrial = policy;
      List<RegoProblem> failed = SelfTest.of(compiled.dataJson(), query.text()).failures(policy);
      if (!failed.isEmpty()) {
        throw InvalidPolicyException.rejected(failed);
      }
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        policy.evaluate(WARM_UP_INPUT);
      }
      return new LoadedPolicy(policy, compiled.reads(), sources, config.source().bundle());
    } catch (UnsupportedPolicyException e) {
      throw InvalidPolicyException.rejected("policy: " + e.getMessage(), e);
    } finally {
      onTrial = null;
    }
  }

  /** Stops evaluations of a policy that is being tested, when they run too long. */
  void stopOverdue() {
    WasmPolicy policy = onTrial;
    if (policy != null) {
      policy.stopOverdue();
    }
  }
}
