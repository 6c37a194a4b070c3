package io.helmgate.deployer.helm;

import io.helmgate.deployer.chart.ArchiveWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that renders a chart with a {@code lookup}, in the file that its argument names. */
final class HomeChild {
  private HomeChild() {}

  public static void main(String[] args) throws IOException {
    Path chart = Path.of(args[0]);
    try (ArchiveWriter writer = new ArchiveWriter(chart)) {
      writer.file("c/Chart.yaml", bytes("apiVersion: v2\nname: c\nversion: 1.0.0\n"));
      writer.file("c/templates/a.yaml", bytes("a: {{ lookup `v1` `Secret` `a` `b` }}\n"));
    }
    try {
      System.out.println(
          HelmLibrary.ofProcess(chart.resolveSibling("empty")).run(new HelmCall.First(chart)));
    } catch (HelmFailedException e) {
      System.out.println("failed: " + e.getMessage());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
