package io.helmgate.extauthz.policy.source;

import java.util.List;

/** What became of compiling a policy. */
public sealed interface Compilation {

  /**
   * A WebAssembly module with OPA's ABI.
   *
   * @param wasm the module
   * @param dataJson the base documents, a JSON object in UTF-8
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Compiled(byte[] wasm, byte[] dataJson) implements Compilation {}

  /** The policy is not usable; at least one problem. */
  record Rejected(List<RegoProblem> problems) implements Compilation {}

  /** The compiler could not do its work: missing, hung or broken. It says nothing on the policy. */
  record CompilerFailed(String reason) implements Compilation {}
}
