package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.policy.source.PolicySnapshot;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import io.helmgate.extauthz.policy.wasm.WasmPolicy;

/** One version of a policy, compiled and warm; it never changes. */
final class LoadedPolicy implements Policy {

  private final DecisionReader decisions = new DecisionReader();
  private final WasmPolicy engine;
  private final Selection reads;
  private final PolicySnapshot sources;
  private final String bundle;

  LoadedPolicy(WasmPolicy engine, Selection reads, PolicySnapshot sources, String bundle) {
    this.engine = engine;
    this.reads = reads;
    this.sources = sources;
    this.bundle = bundle;
  }

  @Override
  public PolicyOutcome decide(byte[] inputJsonUtf8) {
    return switch (engine.evaluate(inputJsonUtf8)) {
      case Evaluation.Completed completed -> decisions.read(completed.json());
      case Evaluation.Broken broken -> new PolicyOutcome.Failed(broken.reason());
    };
  }

  @Override
  public String revision() {
    return sources.revision();
  }

  @Override
  public Selection reads() {
    return reads;
  }

  @Override
  public String bundle() {
    return bundle;
  }

  /** What it was made of. */
  PolicySnapshot sources() {
    return sources;
  }

  WasmPolicy engine() {
    return engine;
  }
}
