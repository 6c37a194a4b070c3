package io.helmgate.extauthz.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines of JSON to a file that only its owner may read. A full file becomes {@code NAME.1},
 * what was that becomes {@code NAME.2}, and so on; the oldest is deleted.
 */
final class FileSink implements RecordSink {

  private static final Set<OpenOption> APPEND =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final long maxBytes;
  private final int maxFiles;
  private @Nullable FileChannel channel;

  /**
   * Makes a sink; the file is opened with the first record.
   *
   * @param maxBytes a file is full when a further record would make it larger
   * @param maxFiles most files, the current one among them
   */
  FileSink(Path file, long maxBytes, int maxFiles) {
    this.file = file.toAbsolutePath();
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
  }

  @Override
  public String name() {
    return "file";
  }

  @Override
  public int write(byte[] record) throws IOException {
    byte[] line = RecordFormat.line(record);
    FileChannel open = open(line.length);
    long before = open.size();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        open.write(bytes);
      }
      return 1;
    } catch (IOException e) {
      abandon(open, before);
      throw e;
    }
  }

  private FileChannel open(int more) throws IOException {
    FileChannel current = channel;
    if (current == null) {
      current = FileChannel.open(file, APPEND, PRIVATE);
      channel = current;
    }
    if (current.size() > 0 && current.size() + more > maxBytes) {
      channel = null;
      current.close();
      rotate();
      current = FileChannel.open(file, APPEND, PRIVATE);
      channel = current;
    }
    return current;
  }

  private void rotate() throws IOException {
    if (maxFiles == 1) {
      Files.delete(file);
      return;
    }
    for (int number = maxFiles - 1; number > 1; number--) {
      Path younger = numbered(number - 1);
      if (Files.exists(younger)) {
        Files.move(younger, numbered(number), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  /** Takes back a line that was written in part, and opens the file anew next time. */
  private void abandon(FileChannel open, long size) {
    channel = null;
    try (open) {
      open.truncate(size);
    } catch (IOException e) {
      // The cause of the failure is reported already; a cut line is the worst that stays.
    }
  }

  @Override
  public int finish() throws IOException {
    FileChannel current = channel;
    if (current != null) {
      channel = null;
      try (current) {
        current.force(true);
      }
    }
    return 0;
  }
}
