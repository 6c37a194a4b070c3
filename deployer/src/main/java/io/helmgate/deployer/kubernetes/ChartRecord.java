package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helmgate.deployer.chart.ArchiveReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;

/**
 * Templates and other files of a chart as Helm keeps them in its record (chart.Chart in JSON);
 * those of subcharts it keeps not.
 */
record ChartRecord(ArrayNode templates, ArrayNode files) {
  /** They stand in fields of their own. */
  private static final Set<String> PARSED =
      Set.of(
          "Chart.yaml",
          "Chart.lock",
          "values.yaml",
          "values.schema.json",
          "requirements.yaml",
          "requirements.lock");

  static ChartRecord of(Path archive) throws IOException {
    ChartRecord chart =
        new ChartRecord(JsonNodeFactory.instance.arrayNode(), JsonNodeFactory.instance.arrayNode());
    ArchiveReader.read(
        archive,
        (path, content) -> {
          String plain = path.startsWith("./") ? path.substring(2) : path;
          chart.add(plain.substring(plain.indexOf('/') + 1), content);
        });
    return chart;
  }

  private void add(String name, byte[] content) {
    if (name.startsWith("charts/") || PARSED.contains(name)) {
      return;
    }
    ArrayNode into = name.startsWith("templates/") ? templates : files;
    into.addObject().put("name", name).put("data", Base64.getEncoder().encodeToString(content));
  }
}
