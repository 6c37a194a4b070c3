package io.helmgate.deployer.helm;

import io.helmgate.deployer.chart.ArchiveReader;
import io.helmgate.deployer.chart.ArchiveReader.FileVisitor;
import io.helmgate.deployer.chart.BadChartException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of a chart, where those of packed subcharts stand as if they were not packed. */
final class ChartFiles {
  private static final Pattern PACKED = Pattern.compile("((?:.*/)?charts/)[^/._][^/]*\\.tgz");
  private static final int MAX_DEPTH = 5;
  private static final long MAX_TOTAL = 64L << 20;

  private long total;

  private ChartFiles() {}

  /**
   * Reads all files.
   *
   * @throws BadChartException when the archive, or one within it, breaks a rule
   */
  static void read(Path archive, FileVisitor visitor) throws IOException {
    ChartFiles files = new ChartFiles();
    ArchiveReader.read(archive, (name, content) -> files.visit(name, content, 0, visitor));
  }

  private void visit(String name, byte[] content, int depth, FileVisitor visitor)
      throws IOException {
    total += content.length;
    if (total > MAX_TOTAL || depth > MAX_DEPTH) {
      throw new BadChartException("chart archive: its subcharts are too large, or too deep");
    }
    Matcher packed = PACKED.matcher(name);
    if (packed.matches()) {
      String prefix = packed.group(1);
      ArchiveReader.read(
          new ByteArrayInputStream(content),
          (inner, bytes) -> visit(prefix + inner, bytes, depth + 1, visitor));
    } else {
      visitor.file(name, content);
    }
  }
}
