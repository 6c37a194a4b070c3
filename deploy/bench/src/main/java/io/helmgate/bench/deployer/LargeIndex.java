package io.helmgate.bench.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A repository's index with many versions of many charts, none of which can be fetched. */
final class LargeIndex {
  private static final int VERSIONS = 20;
  private static final String[] WORDS = {
    "web", "queue", "cache", "search", "mail", "proxy", "metrics", "store", "auth", "stream"
  };

  private LargeIndex() {}

  /** Adds versions to an index file. */
  static void extend(Path index, int versions) throws IOException {
    StringBuilder entries = new StringBuilder();
    for (int chart = 0; chart < versions / VERSIONS; chart++) {
      String word = WORDS[chart % WORDS.length];
      String name = "%s-%03d".formatted(word, chart);
      entries.append("  ").append(name).append(":\n");
      for (int version = VERSIONS; version > 0; version--) {
        entries.append(
            """
              - apiVersion: v2
                appVersion: "%2$d.0"
                created: "2026-01-01T00:00:00Z"
                description: A %3$s service for teams, number %4$d of its kind
                digest: %5$064x
                keywords: [%3$s, service, team]
                home: https://charts.example/%1$s
                name: %1$s
                type: application
                urls: [%1$s-%2$d.0.0.tgz]
                version: %2$d.0.0
            """
                .formatted(name, version, word, chart, chart * VERSIONS + version));
      }
    }
    String text = Files.readString(index);
    String head = "entries:\n";
    int at = text.indexOf(head) + head.length();
    Files.writeString(
        index,
        text.substring(0, at) + entries + text.substring(at),
        StandardOpenOption.TRUNCATE_EXISTING);
  }
}
