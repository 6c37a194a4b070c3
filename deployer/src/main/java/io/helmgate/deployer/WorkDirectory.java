package io.helmgate.deployer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of this process's own for what lasts no longer than it. It may hold secrets, so what
 * a killed process has left is deleted at the next start: a file beside each directory is locked
 * for as long as its process lives, in whatever container that is.
 */
final class WorkDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkDirectory.class);
  private static final String PREFIX = "helmgate-deployer-";
  private static final String LOCK = ".lock";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;
  private final Path lockFile;
  private final FileChannel lock;

  private WorkDirectory(Path path, Path lockFile, FileChannel lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Makes a new one, and deletes those of processes that are gone.
   *
   * @param parent others may write there too, as in /tmp
   */
  static WorkDirectory create(Path parent) throws IOException {
    Path absolute = parent.toAbsolutePath();
    WorkDirectory own = create(absolute, PREFIX + process());
    own.sweep(absolute);
    return own;
  }

  /**
   * Tells this process from others, also from one of the same number before it. Short, since the
   * sockets of Helm processes lie below, whose paths Linux limits to 107 bytes.
   */
  private static String process() {
    ProcessHandle process = ProcessHandle.current();
    long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return process.pid() + "-" + Long.toString(started, Character.MAX_RADIX) + "-";
  }

  private static WorkDirectory create(Path parent, String prefix) throws IOException {
    while (true) {
      Path path = parent.resolve(prefix + UUID.randomUUID().toString().substring(0, 8));
      Path lockFile = parent.resolve(path.getFileName() + LOCK);
      FileChannel channel =
          FileChannel.open(
              lockFile,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              OWNER_FILE);
      // Another process that is sweeping may have been quicker.
      if (locked(channel) != null && Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(path, OWNER_DIRECTORY);
        return new WorkDirectory(path, lockFile, channel);
      }
      channel.close();
    }
  }

  private static @Nullable FileLock locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      LOG.debug("Another work directory of this process", e);
      return null;
    }
  }

  private void sweep(Path parent) throws IOException {
    List<Path> locks = new ArrayList<>();
    try (var files = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
      files.forEach(locks::add);
    }
    for (Path each : locks) {
      // To open one's own and close it again would end its lock (POSIX).
      if (!each.getFileName().toString().startsWith(PREFIX + process())) {
        sweepOne(each);
      }
    }
  }

  private void sweepOne(Path other) {
    try {
      if (!Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(path))) {
        return;
      }
      try (FileChannel channel =
          FileChannel.open(other, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        if (locked(channel) != null) {
          String name = other.getFileName().toString();
          Path left = other.resolveSibling(name.substring(0, name.length() - LOCK.length()));
          delete(left);
          Files.deleteIfExists(other);
          LOG.info("Deleted what a process has left that is gone: {}", left);
        }
      }
    } catch (IOException e) {
      LOG.warn("What a process has left cannot be deleted: {}", other, e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      delete(path);
      Files.deleteIfExists(lockFile);
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
