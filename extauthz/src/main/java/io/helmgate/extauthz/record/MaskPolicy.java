package io.helmgate.extauthz.record;

import io.helmgate.extauthz.policy.wasm.Evaluation;

/** A policy that says what else must not stand in a record, as OPA's {@code system.log.mask}. */
@FunctionalInterface
public interface MaskPolicy {

  /**
   * Evaluates the policy.
   *
   * @param recordJsonUtf8 a whole record, before anything is masked: the policy's {@code input}
   */
  Evaluation evaluate(byte[] recordJsonUtf8);
}
