package io.helmgate.extauthz.keys;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a published key set stands.
 *
 * @param url where it is published
 * @param usable whether tokens can be checked with it now
 * @param kids ids of its keys; empty text for a key without one
 * @param fetchedAt when it was last fetched; empty when it never was
 * @param problem why the last fetch failed; empty when it did not
 * @param nextFetch when it is fetched again, unless an unknown key id comes first; empty while a
 *     fetch runs
 */
public record KeySetStatus(
    URI url,
    boolean usable,
    List<String> kids,
    Optional<Instant> fetchedAt,
    Optional<String> problem,
    Optional<Instant> nextFetch) {}
