package io.helmgate.deployer.chart;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.release.ChartDependency;
import io.helmgate.deployer.release.ChartMaintainer;
import io.helmgate.deployer.release.ChartMetadata;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Reads the fields of a Chart.yaml (Helm's chart.Metadata), wherever they stand. */
final class ChartYaml {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9_.]{0,249}");

  private ChartYaml() {}

  /** Whether charts are called so; others could not be named in a request. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Reads a listing.
   *
   * @param name {@code REPO/NAME}
   * @param digest {@code sha256:…}, or empty
   */
  static ChartListing listing(String name, JsonNode node, String digest) {
    return new ChartListing(
        metadata(name, node),
        node.path("appVersion").asText(),
        node.path("type").asText(),
        node.path("kubeVersion").asText(),
        time(node.path("created").asText()),
        digest);
  }

  private static ChartMetadata metadata(String name, JsonNode node) {
    Map<String, String> annotations = new LinkedHashMap<>();
    node.path("annotations")
        .properties()
        .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
    return new ChartMetadata(
        name,
        node.path("version").asText(),
        node.path("home").asText(),
        node.path("description").asText(),
        list(node.path("sources"), JsonNode::asText),
        list(node.path("keywords"), JsonNode::asText),
        node.path("icon").asText(),
        node.path("deprecated").asBoolean(),
        list(
            node.path("dependencies"),
            dependency ->
                new ChartDependency(
                    dependency.path("name").asText(),
                    dependency.path("version").asText(),
                    dependency.path("repository").asText())),
        list(
            node.path("maintainers"),
            person ->
                new ChartMaintainer(person.path("name").asText(), person.path("email").asText())),
        annotations);
  }

  static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
    return StreamSupport.stream(array.spliterator(), false).map(element).toList();
  }

  private static Optional<Instant> time(String text) {
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      // An index that tells no usable time is as good as one that tells none.
      return Optional.empty();
    }
  }
}
