package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Canonical;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was previewed, kept to be carried out exactly so.
 *
 * @param salt random, so that nobody can try values against the digest
 * @param parts digests of all that the plan depends on, by their names
 * @param chartVersion of the chart; empty for a rollback
 * @param rendering what Helm is to apply; empty for a rollback, whose revision has it
 */
public record Plan(
    ReleaseRef ref,
    String salt,
    Map<String, String> parts,
    String chartVersion,
    Optional<Rendering> rendering,
    Instant expires) {
  public Plan {
    parts = Map.copyOf(parts);
  }

  /** Names the plan, and tells it from every other one. */
  public String digest() {
    return "sha256:"
        + Canonical.digest(Canonical.list(salt, Canonical.of(new TreeMap<String, String>(parts))));
  }

  /** The first part that is another one now, if any. */
  Optional<String> moved(Map<String, String> now) {
    return new TreeMap<>(parts)
        .entrySet().stream()
            .filter(part -> !part.getValue().equals(now.get(part.getKey())))
            .map(Map.Entry::getKey)
            .findFirst();
  }
}
