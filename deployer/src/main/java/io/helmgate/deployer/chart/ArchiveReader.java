package io.helmgate.deployer.chart;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.ArchiveException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Reads the files of a chart archive, a gzipped tar, without trusting it: bounds on what it unpacks
 * to, only plain files, only names below the archive's root. Nothing is written to disk.
 */
public final class ArchiveReader {
  private static final int MAX_ENTRIES = 10_000;

  /** Helm refuses larger files too (loader.MaxDecompressedFileSize). */
  private static final int MAX_FILE = 5 << 20;

  private static final long MAX_TOTAL = 64L << 20;

  /** Names are held against expressions whose need of stack grows with them. */
  private static final int MAX_NAME = 1024;

  /** Takes one file. */
  @FunctionalInterface
  public interface FileVisitor {
    /**
     * Takes the next file.
     *
     * @param name such as {@code mychart/templates/service.yaml}
     */
    void file(String name, byte[] content) throws IOException;
  }

  private ArchiveReader() {}

  /**
   * Reads all files in their order.
   *
   * @throws BadChartException when the archive breaks a rule
   */
  public static void read(Path archive, FileVisitor visitor) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive))) {
      read(raw, visitor);
    }
  }

  /**
   * Reads all files in their order.
   *
   * @throws BadChartException when the archive breaks a rule
   */
  public static void read(InputStream raw, FileVisitor visitor) throws IOException {
    try (InputStream unpacked = new BoundedStream(new GZIPInputStream(raw), MAX_TOTAL);
        TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
      int entries = 0;
      Set<String> names = new HashSet<>();
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        entries++;
        if (entries > MAX_ENTRIES) {
          throw new BadChartException("chart archive: more than " + MAX_ENTRIES + " entries");
        }
        if (entry.getName().length() > MAX_NAME) {
          throw new BadChartException("chart archive: an entry's name is too long");
        }
        // Of two files of one name, one reader would take the first and another the last.
        if (!entry.isDirectory() && !names.add(plain(entry.getName()))) {
          throw new BadChartException("chart archive: holds a name twice");
        }
        visit(entry, tar, visitor);
      }
    } catch (ZipException | ArchiveException | IllegalArgumentException e) {
      throw new BadChartException("chart archive: no gzipped tar", e);
    }
  }

  private static void visit(TarArchiveEntry entry, InputStream content, FileVisitor visitor)
      throws IOException {
    String name = entry.getName();
    checkName(name);
    if (entry.isDirectory()) {
      return;
    }
    byte type = entry.getLinkFlag();
    boolean plain = type == TarConstants.LF_NORMAL || type == TarConstants.LF_OLDNORM;
    if (!plain || entry.isSparse()) {
      throw new BadChartException("chart archive: " + name + " is no plain file");
    }
    byte[] bytes = content.readNBytes(MAX_FILE + 1);
    if (bytes.length > MAX_FILE) {
      throw new BadChartException(
          "chart archive: " + name + " is larger than " + (MAX_FILE >> 20) + " MiB");
    }
    visitor.file(name, bytes);
  }

  /** A name without what is the same with it and without. */
  private static String plain(String name) {
    return name.replaceAll("(^|/)(\\./|/)+", "$1");
  }

  private static void checkName(String name) throws BadChartException {
    boolean safe =
        !name.isEmpty()
            && !name.startsWith("/")
            && !name.contains("\\")
            && !name.contains(":")
            && name.chars().noneMatch(Character::isISOControl);
    for (String part : name.split("/", -1)) {
      safe &= !part.equals("..");
    }
    if (!safe) {
      throw new BadChartException("chart archive: an entry's name leads out of the archive");
    }
  }
}
