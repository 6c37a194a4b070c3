package io.helmgate.kit.assertion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file whose content is read again when it has changed. A bad or missing new content keeps the
 * last good one.
 *
 * <p>It looks when it is asked, at most once a second, and compares contents: Kubernetes swaps
 * mounted Secrets by symbolic link, which modification times do not show reliably.
 */
final class ReloadingFile<T> {

  /** Makes a value of the file's text; throws IOException saying what is wrong with it. */
  interface Reader<T> {
    T read(String text) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(ReloadingFile.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Path file;
  private final Reader<T> reader;
  private final InstantSource clock;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile T value;
  private volatile Instant lookAgainAt;
  // Guarded by looking.
  private String text;
  private String problem = "";

  private ReloadingFile(Path file, Reader<T> reader, InstantSource clock, String text)
      throws IOException {
    this.file = file;
    this.reader = reader;
    this.clock = clock;
    this.text = text;
    this.value = reader.read(text);
    this.lookAgainAt = clock.instant().plus(INTERVAL);
  }

  /** Throws IOException if the file cannot be read or holds no good content. */
  static <T> ReloadingFile<T> open(Path file, Reader<T> reader, InstantSource clock)
      throws IOException {
    try {
      return new ReloadingFile<>(file, reader, clock, Files.readString(file));
    } catch (IOException e) {
      throw new IOException(file + ": " + describe(e), e);
    }
  }

  T get() {
    if (!clock.instant().isBefore(lookAgainAt) && looking.tryLock()) {
      try {
        lookAgainAt = clock.instant().plus(INTERVAL);
        look();
      } finally {
        looking.unlock();
      }
    }
    return value;
  }

  private void look() {
    try {
      String found = Files.readString(file);
      if (!found.equals(text)) {
        text = found;
        value = reader.read(found);
        problem = "";
        LOG.info("Keys of {} loaded again", file);
      }
    } catch (IOException e) {
      String found = describe(e);
      if (!found.equals(problem)) {
        problem = found;
        LOG.warn("Keys of {} not loaded again, the last good ones stay: {}", file, found);
      }
    }
  }

  private static String describe(IOException e) {
    return e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
  }
}
