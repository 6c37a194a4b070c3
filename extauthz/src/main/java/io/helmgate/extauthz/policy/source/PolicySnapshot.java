package io.helmgate.extauthz.policy.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The content of a policy's sources at one moment. What is compiled is a copy of it, so a file that
 * changes meanwhile can't give a module that no digest names.
 */
public final class PolicySnapshot {

  /** Name that messages give to inline text: the configuration key that holds it. */
  static final String INLINE_NAME = "rego_policy";

  private static final Set<String> READ = Set.of(".rego", ".json", ".yaml", ".yml");
  private static final long MAX_TOTAL_BYTES = 64L << 20;

  private final List<Entry> entries;
  private final List<String> roots;
  private final String digest;

  /**
   * One file.
   *
   * @param relative where it stands in the copy
   * @param shown the name for messages
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this class
  private record Entry(Path relative, String shown, byte[] content) {}

  private PolicySnapshot(List<Entry> entries, List<String> roots) {
    this.entries = List.copyOf(entries);
    this.roots = List.copyOf(roots);
    this.digest = digestOf(entries);
  }

  /**
   * Reads the sources.
   *
   * @throws IOException when one can't be read, holds no policy at all, or is larger than 64 MiB
   */
  public static PolicySnapshot read(PolicySource source) throws IOException {
    return switch (source) {
      case PolicySource.Inline inline -> {
        byte[] text = inline.regoText().getBytes(StandardCharsets.UTF_8);
        yield new PolicySnapshot(
            List.of(new Entry(Path.of("0", INLINE_NAME + ".rego"), INLINE_NAME, text)),
            List.of("0"));
      }
      case PolicySource.Files files -> readFiles(files.paths());
    };
  }

  private static PolicySnapshot readFiles(List<Path> paths) throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<String> roots = new ArrayList<>();
    for (Path path : paths) {
      Path root = Path.of(Integer.toString(roots.size()));
      SortedMap<Path, Path> found = find(path);
      for (Map.Entry<Path, Path> file : found.entrySet()) {
        Path real = file.getValue();
        entries.add(
            new Entry(root.resolve(file.getKey()), real.toString(), Files.readAllBytes(real)));
      }
      // A lone data file is rooted at data itself, so opa gets the file and not its directory.
      roots.add(
          Files.isDirectory(path) ? root.toString() : root.resolve(path.getFileName()).toString());
    }
    long total = entries.stream().mapToLong(entry -> entry.content().length).sum();
    if (total > MAX_TOTAL_BYTES) {
      throw new IOException(
          "policy size: " + total + " bytes (expected: at most " + MAX_TOTAL_BYTES + ")");
    }
    if (entries.stream().noneMatch(entry -> entry.shown().endsWith(".rego"))) {
      throw new IOException("policy: no .rego file in " + paths + " (expected: at least one)");
    }
    return new PolicySnapshot(entries, roots);
  }

  /** Relative path to real path, in the order of names. */
  private static SortedMap<Path, Path> find(Path path) throws IOException {
    SortedMap<Path, Path> found = new TreeMap<>();
    if (Files.isRegularFile(path)) {
      found.put(path.getFileName(), path);
      return found;
    }
    if (!Files.isDirectory(path)) {
      throw new NoSuchFileException(path + " (expected: a .rego file or a directory)");
    }
    Files.walkFileTree(
        path,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return !dir.equals(path) && isHidden(dir)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!isHidden(file) && READ.stream().anyMatch(file.toString()::endsWith)) {
              found.put(path.relativize(file), file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  /** SHA-256 over names and contents, in hexadecimal. */
  public String digest() {
    return digest;
  }

  /** Writes the copy below a directory. */
  void copyTo(Path directory) throws IOException {
    for (Entry entry : entries) {
      Path target = directory.resolve(entry.relative());
      Files.createDirectories(target.getParent());
      Files.write(target, entry.content());
    }
  }

  /** What to name to {@code opa}, relative to the copy's directory. */
  List<String> roots() {
    return roots;
  }

  /** Name in the copy to name for messages. */
  Map<String, String> shownNames() {
    return Collections.unmodifiableMap(
        entries.stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.relative().toString(),
                    Entry::shown,
                    (first, second) -> first,
                    LinkedHashMap::new)));
  }

  private static String digestOf(List<Entry> entries) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Entry entry : entries) {
        String head = entry.relative() + "\n" + entry.content().length + "\n";
        sha256.update(head.getBytes(StandardCharsets.UTF_8));
        sha256.update(entry.content());
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
