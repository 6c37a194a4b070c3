package io.helmgate.deployer.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chart archives on disk, each named after its SHA-256. When they exceed the bound, those go first
 * that have not been used for longest.
 */
final class ArchiveCache {
  private static final String SUFFIX = ".tgz";

  private final Path directory;
  private final long bound;
  private final Clock clock;

  private record Entry(Path file, long size, FileTime used) {}

  ArchiveCache(Path directory, long bound, Clock clock) throws IOException {
    this.directory = directory;
    this.bound = bound;
    this.clock = clock;
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The archive with this digest; its content is checked again, for disks are shared. */
  synchronized Optional<Path> get(String digest) throws IOException {
    Path file = directory.resolve(digest + SUFFIX);
    try {
      if (!digest(Files.readAllBytes(file)).equals(digest)) {
        Files.delete(file);
        return Optional.empty();
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    return Optional.of(file);
  }

  /** Keeps an archive whose digest was checked. */
  synchronized Path put(String digest, byte[] content) throws IOException {
    Path file = directory.resolve(digest + SUFFIX);
    Path partial = Files.createTempFile(directory, "partial-", "");
    Files.write(partial, content);
    Files.setLastModifiedTime(partial, FileTime.from(clock.instant()));
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    evict(file);
    return file;
  }

  private void evict(Path kept) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparing(Entry::used));
    long total = entries.stream().mapToLong(Entry::size).sum();
    for (Entry entry : entries) {
      if (total > bound && !entry.file().equals(kept)) {
        Files.deleteIfExists(entry.file());
        total -= entry.size();
      }
    }
  }
}
