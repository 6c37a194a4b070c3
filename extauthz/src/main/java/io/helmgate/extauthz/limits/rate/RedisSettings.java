package io.helmgate.extauthz.limits.rate;

import io.helmgate.kit.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where buckets are shared.
 *
 * @param tls whether the connection is encrypted and the server's certificate checked
 * @param caFile certificates that the server's must lead to; empty for those of the system
 * @param username empty for Redis' default user
 * @param password empty for none
 * @param timeout longest time for one answer
 * @param retryInterval how long after a failure Redis is tried again
 */
public record RedisSettings(
    String host,
    int port,
    int database,
    boolean tls,
    Optional<Path> caFile,
    String username,
    Secret password,
    Duration timeout,
    Duration retryInterval) {}
