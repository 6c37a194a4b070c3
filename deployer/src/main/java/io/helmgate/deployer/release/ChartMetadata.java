package io.helmgate.deployer.release;

import java.util.List;
import java.util.Map;

/**
 * What a Chart.yaml says. Texts that it leaves out are empty.
 *
 * @param name {@code REPO/NAME} in a chart search, the chart's own name within a release
 */
public record ChartMetadata(
    String name,
    String version,
    String home,
    String description,
    List<String> sources,
    List<String> keywords,
    String icon,
    boolean deprecated,
    List<ChartDependency> dependencies,
    List<ChartMaintainer> maintainers,
    Map<String, String> annotations) {
  public ChartMetadata {
    sources = List.copyOf(sources);
    keywords = List.copyOf(keywords);
    dependencies = List.copyOf(dependencies);
    maintainers = List.copyOf(maintainers);
    annotations = Map.copyOf(annotations);
  }

  /** A chart of which no more is known than what tells it from others. */
  public static ChartMetadata of(String name, String version, Map<String, String> annotations) {
    return new ChartMetadata(
        name, version, "", "", List.of(), List.of(), "", false, List.of(), List.of(), annotations);
  }
}
