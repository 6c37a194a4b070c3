package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Directories of tools outside the checkout, each named after what its content was made from. What
 * lies in one is complete: it is made beside it and renamed at the end, by one process at a time.
 */
record ToolCache(Path root) {

  /** Makes files or directories of given names in an empty directory. */
  interface Maker {
    void make(Path workshop, Set<String> names) throws IOException, InterruptedException;
  }

  static ToolCache of(Map<String, String> environment, Path home) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.isEmpty() ? home.resolve(".cache") : Path.of(cache);
    return new ToolCache(base.resolve("helmgate").resolve("tools"));
  }

  /** Names the directory of a group whose content depends on the given inputs alone. */
  Path directory(String group, String... inputs) {
    MessageDigest digest = sha256();
    for (String input : inputs) {
      digest.update(input.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return root.resolve(group + "-" + HexFormat.of().formatHex(digest.digest(), 0, 8));
  }

  /**
   * Makes what a directory of the cache lacks.
   *
   * @param wanted names of files or directories that it shall hold
   * @param maker is given what is lacking, and makes it in an empty directory
   */
  void provide(Path directory, Set<String> wanted, Progress progress, Maker maker)
      throws IOException, InterruptedException {
    if (lacking(directory, wanted).isEmpty()) {
      return;
    }
    Files.createDirectories(directory);
    Path lockFile = directory.resolve(".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, progress)) {
      Set<String> lacking = lacking(directory, wanted);
      if (lock.isValid() && !lacking.isEmpty()) {
        Path workshop = directory.resolve(".tmp");
        delete(workshop);
        Files.createDirectory(workshop);
        maker.make(workshop, lacking);
        for (String name : lacking) {
          Files.move(
              workshop.resolve(name), directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        delete(workshop);
      }
    }
  }

  private static Set<String> lacking(Path directory, Set<String> wanted) {
    return wanted.stream()
        .filter(name -> !Files.exists(directory.resolve(name)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static FileLock lock(FileChannel channel, Progress progress) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      progress.say("waits for another process that is making the same");
      lock = channel.lock();
    }
    return lock;
  }

  static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (var in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: every JDK has it", e);
    }
  }

  /** Deletes a file or directory with all that is in it; absent is fine. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
