package io.helmgate.e2e;

import io.helmgate.deployer.chart.ArchiveWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Chart archives of a few files, bad ones among them. */
final class ChartArchives {

  private ChartArchives() {}

  /** A sound chart with one object, named after its release. */
  static byte[] sound(String name, String version) {
    return of(
        Map.of(
            name + "/Chart.yaml",
            chart(name, version),
            name + "/templates/settings.yaml",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: "{{ .Release.Name }}"}
            """
                .getBytes(StandardCharsets.UTF_8)));
  }

  /** A chart with one more file. */
  static byte[] with(String name, String version, String file, byte[] content) {
    return of(Map.of(name + "/Chart.yaml", chart(name, version), file, content));
  }

  /** SHA-256 of an archive, in hexadecimal. */
  static String digest(byte[] archive) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] chart(String name, String version) {
    return "apiVersion: v2\nname: %s\nversion: %s\n"
        .formatted(name, version)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] of(Map<String, byte[]> files) {
    try {
      var archive = Files.createTempFile("chart", ".tgz");
      try (var writer = new ArchiveWriter(archive)) {
        for (var file : files.entrySet()) {
          writer.file(file.getKey(), file.getValue());
        }
      }
      var bytes = Files.readAllBytes(archive);
      Files.delete(archive);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
