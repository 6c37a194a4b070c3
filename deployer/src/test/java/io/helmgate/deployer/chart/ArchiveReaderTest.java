package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchiveReaderTest {
  @FunctionalInterface
  private interface Content {
    void write(TarArchiveOutputStream tar) throws IOException;
  }

  @Test
  void readsPlainFilesAndPassesOverDirectories() throws IOException {
    byte[] archive =
        archive(
            tar -> {
              entry(tar, new TarArchiveEntry("demo/"), 0);
              entry(tar, new TarArchiveEntry("demo/Chart.yaml"), 3);
              entry(tar, new TarArchiveEntry("demo/templates/" + "long".repeat(60) + ".yaml"), 5);
            });

    List<String> names = new ArrayList<>();
    ArchiveReader.read(
        new ByteArrayInputStream(archive), (name, content) -> names.add(name + content.length));

    assertThat(names)
        .containsExactly("demo/Chart.yaml3", "demo/templates/" + "long".repeat(60) + ".yaml5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/passwd", "../out", "demo/../../out", "demo\\..\\out", "c:/x", "demo/a\nb"})
  void refusesNamesThatLeadOut(String name) {
    assertThatThrownBy(() -> read(archive(tar -> entry(tar, new TarArchiveEntry(name, true), 1))))
        .isInstanceOf(BadChartException.class)
        .hasMessageContaining("leads out of the archive");
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_SYMLINK,
        TarConstants.LF_LINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO
      })
  void refusesLinksAndDevices(byte type) {
    assertThatThrownBy(
            () ->
                read(
                    archive(
                        tar -> {
                          TarArchiveEntry link = new TarArchiveEntry("demo/link", type);
                          link.setLinkName("/etc/passwd");
                          entry(tar, link, 0);
                        })))
        .isInstanceOf(BadChartException.class)
        .hasMessageContaining("no plain file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo/a", "demo/./a", "./demo/a", "demo//a"})
  void refusesANameThatIsThereTwice(String again) {
    assertThatThrownBy(
            () ->
                read(
                    archive(
                        tar -> {
                          entry(tar, new TarArchiveEntry("demo/a"), 1);
                          entry(tar, new TarArchiveEntry(again), 1);
                        })))
        .isInstanceOf(BadChartException.class)
        .hasMessageContaining("holds a name twice");
  }

  @Test
  void refusesALargeFile() {
    assertThatThrownBy(
            () -> read(archive(tar -> entry(tar, new TarArchiveEntry("demo/a"), (5 << 20) + 1))))
        .isInstanceOf(BadChartException.class)
        .hasMessageContaining("larger than 5 MiB");
  }

  @Test
  void refusesABomb() {
    assertThatThrownBy(
            () ->
                read(
                    archive(
                        tar -> {
                          for (int i = 0; i < 20; i++) {
                            entry(tar, new TarArchiveEntry("demo/" + i), 4 << 20);
                          }
                        })))
        .isInstanceOf(BadChartException.class)
        .hasMessageContaining("larger than 64 MiB");
  }

  @Test
  void refusesEndlessEntries() {
    assertThatThrownBy(
            () ->
                read(
                    archive(
                        tar -> {
                          for (int i = 0; i < 10_001; i++) {
                            entry(tar, new TarArchiveEntry("demo/" + i), 0);
                          }
                        })))
        .isInstanceOf(BadChartException.class)
        .hasMessageContaining("10000 entries");
  }

  /** Whatever the bytes, only exceptions that the fetcher expects. */
  @Property(tries = 300)
  void failsOrderlyOnDamagedArchives(@ForAll long seed) throws IOException {
    byte[] archive = archive(tar -> entry(tar, new TarArchiveEntry("demo/Chart.yaml"), 2000));
    Random random = new Random(seed);
    byte[] plain =
        new java.util.zip.GZIPInputStream(new ByteArrayInputStream(archive)).readAllBytes();
    for (int i = 0; i < 5; i++) {
      plain[random.nextInt(600)] = (byte) random.nextInt();
    }
    byte[] damaged = gzip(plain);

    try {
      read(damaged);
    } catch (IOException e) {
      assertThat(e).isNotNull();
    }
  }

  private static void read(byte[] archive) throws IOException {
    ArchiveReader.read(new ByteArrayInputStream(archive), (_, _) -> {});
  }

  private static void entry(TarArchiveOutputStream tar, TarArchiveEntry entry, int size)
      throws IOException {
    entry.setSize(size);
    tar.putArchiveEntry(entry);
    tar.write(new byte[size]);
    tar.closeArchiveEntry();
  }

  private static byte[] archive(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      content.write(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return gzip(bytes.toByteArray());
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
