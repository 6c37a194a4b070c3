package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.List;

/** A builtin function. Implementations are safe for use by many threads. */
@FunctionalInterface
public interface Builtin {

  /**
   * Calls the function.
   *
   * @throws BuiltinError when the operands are refused: the call is undefined
   */
  Term call(CallContext context, List<Term> operands);
}
