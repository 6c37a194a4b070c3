package io.helmgate.extauthz.policy.remote;

import io.helmgate.kit.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * An OPA server, and how it is asked.
 *
 * @param url where OPA listens, without {@code /v1/data}
 * @param token bearer token; empty means no credentials
 * @param authorities PEM file of those who may sign the server's certificate; empty means the
 *     platform's
 * @param timeout longest time of one question, waiting for a free connection included
 * @param maxConnections most questions at once
 */
public record RemoteOpaConfig(
    URI url, Secret token, Optional<Path> authorities, Duration timeout, int maxConnections) {}
