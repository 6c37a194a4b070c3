package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
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
    ChartMetadata chart) {

  /** The values, which know what of them came from Secrets. */
  public Values given() {
    return new Values(
        values,
        SecretPaths.read(
            Optional.ofNullable(chart.annotations().get(ChartAnnotations.SECRET_VALUES))));
  }

  /** Without values and notes, and with no more of the chart than what tells it from others. */
  public ReleaseRevision bare() {
    Map<String, String> origin = new LinkedHashMap<>(chart.annotations());
    origin.keySet().retainAll(List.of(ChartAnnotations.SOURCE_URL, ChartAnnotations.CHART_DIGEST));
    return new ReleaseRevision(
        ref,
        revision,
        status,
        given().hide(description),
        "",
        Map.of(),
        created,
        updated,
        deleted,
        ChartMetadata.of(chart.name(), chart.version(), origin));
  }
}
