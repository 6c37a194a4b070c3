package io.helmgate.deployer.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The manifest of a version of a chart (OCI image-spec, manifest.md; Helm's registry package).
 *
 * @param digest its own
 * @param config holds the Chart.yaml as JSON
 * @param chart the archive
 * @param provenance the signature file
 */
record OciManifest(String digest, Blob config, Blob chart, Optional<Blob> provenance) {
  static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

  private static final String CONFIG = "application/vnd.cncf.helm.config.v1+json";
  private static final List<String> CHART =
      List.of("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip");
  private static final List<String> PROVENANCE =
      List.of("application/vnd.cncf.helm.chart.provenance.v1.prov");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  /** What a manifest names; its digest says all about it. */
  record Blob(String digest) {}

  /**
   * Reads a manifest.
   *
   * @throws BadChartException when it is none of a chart
   */
  static OciManifest parse(String digest, JsonNode json) throws BadChartException {
    JsonNode config = json.path("config");
    if (!config.path("mediaType").asText().equals(CONFIG)) {
      throw new BadChartException("it is no Helm chart");
    }
    return new OciManifest(
        digest,
        blob(config),
        layer(json, CHART).orElseThrow(() -> new BadChartException("it holds no chart archive")),
        layer(json, PROVENANCE));
  }

  private static Optional<Blob> layer(JsonNode json, List<String> mediaTypes)
      throws BadChartException {
    List<JsonNode> layers =
        StreamSupport.stream(json.path("layers").spliterator(), false)
            .filter(layer -> mediaTypes.contains(layer.path("mediaType").asText()))
            .toList();
    if (layers.size() > 1) {
      throw new BadChartException("it holds two " + mediaTypes.getFirst());
    }
    return layers.isEmpty() ? Optional.empty() : Optional.of(blob(layers.getFirst()));
  }

  private static Blob blob(JsonNode descriptor) throws BadChartException {
    String digest = descriptor.path("digest").asText();
    if (!isDigest(digest)) {
      throw new BadChartException("its manifest names a digest that is no SHA-256");
    }
    return new Blob(digest);
  }

  static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }
}
