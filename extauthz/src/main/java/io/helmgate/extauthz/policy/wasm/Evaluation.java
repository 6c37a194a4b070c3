package io.helmgate.extauthz.policy.wasm;

/** How one evaluation ended. */
public sealed interface Evaluation {

  /**
   * The policy was evaluated.
   *
   * @param json OPA's result set: {@code []} when undefined, else {@code [{"result": …}]}
   */
  record Completed(String json) implements Evaluation {}

  /**
   * There is no result.
   *
   * @param reason what happened, for the log
   */
  record Broken(String reason) implements Evaluation {}
}
