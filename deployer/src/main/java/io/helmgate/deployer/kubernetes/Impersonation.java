package io.helmgate.deployer.kubernetes;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;

/**
 * Which callers may be impersonated at all. The cluster's own rules decide further; these keep
 * Kubernetes' built-in identities out, and names that a header would carry differently.
 */
public final class Impersonation {
  private static final String BUILT_IN = "system:";

  private Impersonation() {}

  /**
   * Checks the caller's names.
   *
   * @return the caller, or PERMISSION_DENIED
   */
  public static Outcome<Caller> check(Caller caller) {
    if (!carriable(caller.user())) {
      return Outcome.failure(
          Reason.PERMISSION_DENIED, "user name: empty, a system: name, or not usable in a header");
    }
    if (!caller.groups().stream().allMatch(Impersonation::carriable)) {
      return Outcome.failure(
          Reason.PERMISSION_DENIED, "group name: empty, a system: name, or not usable in a header");
    }
    return Outcome.success(caller);
  }

  /** HTTP trims blanks at both ends, so that such a name would reach the cluster as another one. */
  private static boolean carriable(String name) {
    return !name.isEmpty()
        && name.equals(name.strip())
        && !name.startsWith(BUILT_IN)
        && name.chars().noneMatch(Character::isISOControl);
  }
}
