package io.helmgate.deployer.release;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One revision of a release, as its Secret holds it.
 *
 * @param status Helm's word: deployed, failed, superseded, uninstalling, pending-install …
 * @param values what the user supplied, not the chart's defaults: JSON values as {@code Map},
 *     {@code List}, {@code String}, {@code Number}, {@code Boolean} and null
 */
public record ReleaseRevision(
    ReleaseRef ref,
    int revision,
    String status,
    String description,
    String notes,
    Map<String, @Nullable Object> values,
    Instant created,
    Instant updated,
    Optional<Instant> deleted,
    ChartMetadata chart) {}
