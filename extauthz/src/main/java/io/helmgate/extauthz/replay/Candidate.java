package io.helmgate.extauthz.replay;

import io.helmgate.extauthz.policy.Policy;
import java.util.List;
import java.util.Optional;

/**
 * A policy to compare with.
 *
 * @param policy the policy
 * @param reads the parts of the input on which it can depend, each a path of names; empty when that
 *     is unknown, so that it can be all of it
 */
public record Candidate(Policy policy, Optional<List<List<String>>> reads) {

  /** Whether it can depend on what stood at this path, below or above it. */
  boolean mayRead(List<String> path) {
    return reads.map(all -> all.stream().anyMatch(read -> related(read, path))).orElse(true);
  }

  private static boolean related(List<String> one, List<String> other) {
    int common = Math.min(one.size(), other.size());
    return one.subList(0, common).equals(other.subList(0, common));
  }
}
