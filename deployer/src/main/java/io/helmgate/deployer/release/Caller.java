package io.helmgate.deployer.release;

import java.time.Instant;
import java.util.List;

/**
 * Who asks, as the verified assertion says; everything done on the cluster is done as this user.
 *
 * @param user the name to impersonate
 * @param groups the groups to impersonate
 * @param decisionId the id of the decision that allowed the call
 * @param until end of what proves who it is; {@link Instant#MAX} when that has no end
 */
public record Caller(String user, List<String> groups, String decisionId, Instant until) {
  /** A caller whose proof has no end. */
  public Caller(String user, List<String> groups, String decisionId) {
    this(user, groups, decisionId, Instant.MAX);
  }

  public Caller {
    groups = List.copyOf(groups);
  }
}
