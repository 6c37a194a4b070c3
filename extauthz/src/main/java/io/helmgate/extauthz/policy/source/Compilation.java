package io.helmgate.extauthz.policy.source;

import io.helmgate.extauthz.decision.Selection;
import java.util.List;

/** What became of compiling a policy. */
public sealed interface Compilation {

  /**
   * A WebAssembly module with OPA's ABI.
   *
   * @param wasm the module
   * @param dataJson the base documents, a JSON object in UTF-8
   * @param reads the parts of the input that it looks at; all of it for a module compiled elsewhere
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Compiled(byte[] wasm, byte[] dataJson, Selection reads) implements Compilation {}

  /** The policy is not usable; at least one problem. */
  record Rejected(List<RegoProblem> problems) implements Compilation {}

  /** The compiler could not do its work: missing, hung or broken. It says nothing on the policy. */
  record CompilerFailed(String reason) implements Compilation {}
}
