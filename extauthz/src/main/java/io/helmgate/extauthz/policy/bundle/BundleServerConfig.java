package io.helmgate.extauthz.policy.bundle;

import io.helmgate.kit.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a bundle is downloaded, and how.
 *
 * @param name what decision records call the bundle
 * @param url the bundle itself
 * @param token bearer token; empty means no credentials
 * @param authorities PEM file of those who may sign the server's certificate; empty means the
 *     platform's
 * @param hold how long the server may hold a request until there is something new; zero means that
 *     it is not asked to
 * @param minDelay least time between two requests when the server does not hold them
 * @param maxDelay most time between two requests
 * @param timeout longest time of one exchange, on top of {@code hold}
 * @param maxBytes largest accepted download
 */
public record BundleServerConfig(
    String name,
    URI url,
    Secret token,
    Optional<Path> authorities,
    Duration hold,
    Duration minDelay,
    Duration maxDelay,
    Duration timeout,
    int maxBytes) {}
