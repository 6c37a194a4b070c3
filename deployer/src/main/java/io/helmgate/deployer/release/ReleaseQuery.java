package io.helmgate.deployer.release;

import java.util.Optional;

/**
 * Selects releases, ordered by name, then namespace.
 *
 * @param namespace empty: all namespaces
 * @param selector a Kubernetes label selector over the release Secrets' labels (name, owner,
 *     status, version); empty selects all
 * @param limit at most so many; 0: no limit of the caller's
 * @param offset leaves out the first so many
 */
public record ReleaseQuery(Optional<String> namespace, String selector, int limit, int offset) {}
