package io.helmgate.deployer.release;

import java.util.List;

/**
 * Who asks, as the verified assertion says; everything done on the cluster is done as this user.
 *
 * @param user the name to impersonate
 * @param groups the groups to impersonate
 * @param decisionId the id of the decision that allowed the call
 */
public record Caller(String user, List<String> groups, String decisionId) {
  public Caller {
    groups = List.copyOf(groups);
  }
}
