package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.policy.source.Compilation;
import io.helmgate.extauthz.policy.source.OpaCompiler;
import io.helmgate.extauthz.policy.source.OpaInsight;
import io.helmgate.extauthz.policy.source.PolicySnapshot;
import io.helmgate.extauthz.policy.source.RegoQuery;
import io.helmgate.extauthz.policy.wasm.UnsupportedPolicyException;
import io.helmgate.extauthz.policy.wasm.WasmPolicy;
import io.helmgate.extauthz.policy.wasm.builtin.Builtins;
import io.helmgate.extauthz.policy.wasm.builtin.CallContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

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
    } catch (IOException e) {
      throw InvalidPolicyException.unavailable(
          "policy sources can't be read: " + e.getMessage(), e);
    }
  }

  /** What can be told of the sources as they are now. */
  OpaInsight insight() throws InvalidPolicyException {
    return new OpaInsight(compiler, read(), query, config.version());
  }

  /** Compiles, loads and warms a policy; takes about a second. */
  WasmPolicy load(PolicySnapshot sources) throws InvalidPolicyException, InterruptedException {
    return switch (compiler.compile(sources, query, config.version())) {
      case Compilation.Rejected rejected ->
          throw InvalidPolicyException.rejected(rejected.problems());
      case Compilation.CompilerFailed failed ->
          throw InvalidPolicyException.unavailable(failed.reason(), null);
      case Compilation.Compiled compiled -> load(compiled);
    };
  }

  private WasmPolicy load(Compilation.Compiled compiled) throws InvalidPolicyException {
    try {
      WasmPolicy policy =
          WasmPolicy.load(
              compiled.wasm(),
              compiled.dataJson(),
              query.entrypoint(),
              config.limits(),
              builtins,
              () -> new CallContext(environment.clock(), environment.random()));
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        policy.evaluate(WARM_UP_INPUT);
      }
      return policy;
    } catch (UnsupportedPolicyException e) {
      throw InvalidPolicyException.rejected("policy: " + e.getMessage(), e);
    }
  }
}
