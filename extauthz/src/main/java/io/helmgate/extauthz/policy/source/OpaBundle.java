package io.helmgate.extauthz.policy.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Reads files from a bundle that our own {@code opa build} wrote: a gzipped tar archive of POSIX
 * headers with short names (IEEE 1003.1, pax interchange format, "ustar").
 */
final class OpaBundle {

  private static final int BLOCK = 512;
  private static final int NAME_LENGTH = 100;
  private static final int SIZE_OFFSET = 124;
  private static final int SIZE_LENGTH = 12;

  private OpaBundle() {}

  /** The wanted files that the bundle has, by name. */
  static Map<String, byte[]> read(Path bundle, Set<String> wanted) throws IOException {
    Map<String, byte[]> found = new HashMap<>();
    try (InputStream file = Files.newInputStream(bundle);
        InputStream tar = new BufferedInputStream(new GZIPInputStream(file))) {
      byte[] header = tar.readNBytes(BLOCK);
      while (header.length == BLOCK && header[0] != 0) {
        String name = text(header, 0, NAME_LENGTH);
        long size = Long.parseLong(text(header, SIZE_OFFSET, SIZE_LENGTH), 8);
        if (wanted.contains(name)) {
          byte[] content = tar.readNBytes(Math.toIntExact(size));
          if (content.length != size) {
            throw new EOFException(bundle + ": " + name + " is cut");
          }
          found.put(name, content);
        } else {
          tar.skipNBytes(size);
        }
        tar.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        header = tar.readNBytes(BLOCK);
      }
    }
    return found;
  }

  /** A field up to its NUL or its end. */
  private static String text(byte[] header, int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(header, offset, end - offset, StandardCharsets.UTF_8).strip();
  }
}
