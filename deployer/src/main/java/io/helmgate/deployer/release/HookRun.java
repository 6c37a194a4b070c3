package io.helmgate.deployer.release;

import java.time.Instant;
import java.util.Optional;

/**
 * How a hook ran.
 *
 * @param kind of its object
 * @param name of its object
 * @param phase Helm's word: Running, Succeeded, Failed or Unknown
 * @param completed empty while it runs
 */
public record HookRun(
    String kind, String name, String phase, Instant started, Optional<Instant> completed) {}
