package io.helmgate.deployer.release;

import java.nio.file.Path;

/**
 * A chart archive on this machine, checked against its repository's index.
 *
 * @param archive a .tgz that may be evicted from the cache later
 * @param digest {@code sha256:} and 64 hexadecimal digits
 * @param sourceUrl where it came from, without credentials
 */
public record FetchedChart(
    Path archive, String name, String version, String digest, String sourceUrl) {}
