package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.policy.source.RegoProblem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A policy that can't be put into force; the message lists every problem, one a line. */
public final class InvalidPolicyException extends Exception {

  private final List<RegoProblem> problems;
  private final boolean aboutContent;

  private InvalidPolicyException(
      List<RegoProblem> problems, boolean aboutContent, @Nullable Throwable cause) {
    super(problems.stream().map(RegoProblem::toString).collect(Collectors.joining("\n")), cause);
    this.problems = List.copyOf(problems);
    this.aboutContent = aboutContent;
  }

  /** The policy itself is wrong. */
  static InvalidPolicyException rejected(List<RegoProblem> problems) {
    return new InvalidPolicyException(problems, true, null);
  }

  /** The policy itself is wrong. */
  static InvalidPolicyException rejected(String message, @Nullable Throwable cause) {
    return new InvalidPolicyException(List.of(RegoProblem.general(message)), true, cause);
  }

  /** Something around the policy failed; the same policy may work later. */
  static InvalidPolicyException unavailable(String message, @Nullable Throwable cause) {
    return new InvalidPolicyException(List.of(RegoProblem.general(message)), false, cause);
  }

  /** What is wrong, with places where OPA gave them; at least one. */
  public List<RegoProblem> problems() {
    return problems;
  }

  /** Whether the same content would be refused again. */
  boolean isAboutContent() {
    return aboutContent;
  }
}
