package io.helmgate.extauthz.policy.bundle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Reads gzipped tar archives that anybody may have made: regular files only, with relative names
 * that stay below the archive's root, each once, and bounded in number and size.
 */
final class BundleArchive {

  private static final int MAX_FILES = 10_000;
  private static final int MAX_NAME_BYTES = 1024;
  private static final int MAX_SEGMENT_BYTES = 255;
  private static final int MAX_DEPTH = 64;

  private BundleArchive() {}

  /**
   * The files by name, without a leading slash.
   *
   * @param maxBytes most bytes of the whole archive, unpacked
   */
  static SortedMap<String, byte[]> read(byte[] gzippedTar, long maxBytes)
      throws InvalidBundleException {
    try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(gzippedTar));
        Bounded bounded = new Bounded(gzip, maxBytes);
        TarArchiveInputStream tar = new TarArchiveInputStream(bounded)) {
      SortedMap<String, byte[]> files = new TreeMap<>();
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        read(tar, entry, files);
      }
      // To the end of the stream, where gzip keeps its checksum.
      bounded.skipToEnd();
      return files;
    } catch (InvalidBundleException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidBundleException("not a complete .tar.gz archive: " + e.getMessage(), e);
    }
  }

  private static void read(
      TarArchiveInputStream tar, TarArchiveEntry entry, SortedMap<String, byte[]> files)
      throws IOException, InvalidBundleException {
    String shown = printable(entry.getName());
    if (entry.isDirectory()) {
      return;
    }
    // TarArchiveEntry.isFile() holds for devices, too.
    byte type = entry.getLinkFlag();
    if ((type != TarConstants.LF_NORMAL && type != TarConstants.LF_OLDNORM) || entry.isSparse()) {
      throw new InvalidBundleException(
          shown + " is a link or a special file (expected: regular files only)");
    }
    String name = checkedName(entry.getName(), shown);
    if (files.size() == MAX_FILES) {
      throw new InvalidBundleException("more than " + MAX_FILES + " files");
    }
    byte[] content = tar.readAllBytes();
    if (content.length != entry.getSize()) {
      throw new IOException(shown + " is cut");
    }
    if (files.put(name, content) != null) {
      throw new InvalidBundleException(shown + " is there twice");
    }
  }

  private static String checkedName(String name, String shown) throws InvalidBundleException {
    String relative = name.replaceFirst("^(\\./|/)", "");
    String[] segments = relative.split("/", -1);
    boolean good =
        segments.length <= MAX_DEPTH
            && bytes(relative) <= MAX_NAME_BYTES
            && relative.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == 0xfffd);
    for (String segment : segments) {
      good &= !segment.isEmpty() && !segment.equals(".") && !segment.equals("..");
      good &= bytes(segment) <= MAX_SEGMENT_BYTES;
    }
    if (!good) {
      throw new InvalidBundleException(
          shown + " (expected: a relative name without '..' below the bundle's root)");
    }
    return relative;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String printable(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
  }

  /** Ends with an error after so many bytes: a small archive may unpack to a huge one. */
  private static final class Bounded extends InputStream {

    private final InputStream in;
    private final long most;
    private long count;

    Bounded(InputStream in, long most) {
      this.in = in;
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int got = in.read(buffer, offset, length);
      count += Math.max(0, got);
      if (count > most) {
        throw new IOException("more than " + most + " bytes when unpacked");
      }
      return got;
    }

    void skipToEnd() throws IOException {
      byte[] buffer = new byte[8192];
      while (read(buffer, 0, buffer.length) >= 0) {
        // Only the end matters.
      }
    }
  }
}
