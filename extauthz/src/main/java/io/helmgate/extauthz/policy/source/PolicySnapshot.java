package io.helmgate.extauthz.policy.source;

import io.helmgate.extauthz.json.StrictJson;
import io.helmgate.extauthz.policy.bundle.InvalidBundleException;
import io.helmgate.extauthz.policy.bundle.PolicyBundle;
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
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The content of a policy's sources at one moment. What is compiled is a copy of it, so a file that
 * changes meanwhile can't give a module that no digest names.
 */
public final class PolicySnapshot {

  /** Name that messages give to inline text: the configuration key that holds it. */
  static final String INLINE_NAME = "rego_policy";

  private static final Set<String> READ = Set.of(".rego", ".json", ".yaml", ".yml");
  private static final Set<String> BUNDLED =
      Set.of(".manifest", "data.json", "data.yaml", "data.yml");
  private static final long MAX_TOTAL_BYTES = 64L << 20;

  private final List<Entry> entries;
  private final List<String> roots;
  private final String digest;
  private final Optional<PolicyBundle> bundle;

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
    this.bundle = Optional.empty();
  }

  private PolicySnapshot(List<Entry> entries, PolicyBundle bundle) {
    this.entries = List.copyOf(entries);
    this.roots = List.of("0");
    this.digest = bundle.digest();
    this.bundle = Optional.of(bundle);
  }

  /** The content of a bundle. */
  public static PolicySnapshot of(PolicyBundle bundle) {
    List<Entry> entries = new ArrayList<>();
    bundle
        .files()
        .forEach(
            (name, content) -> {
              String base = name.substring(name.lastIndexOf('/') + 1);
              if (name.endsWith(".rego") || BUNDLED.contains(base)) {
                byte[] kept = base.equals(".manifest") ? withoutModules(content) : content;
                entries.add(new Entry(Path.of("0", name), "bundle:" + name, kept));
              }
            });
    return new PolicySnapshot(entries, bundle);
  }

  /** What is compiled anew has modules of its own. */
  private static byte[] withoutModules(byte[] manifest) {
    return StrictJson.object(manifest)
        .map(object -> object.without(List.of("wasm")).toString())
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .orElse(manifest);
  }

  /**
   * Reads the sources.
   *
   * @throws IOException when one can't be read, holds no policy at all, or is larger than 64 MiB
   * @throws InvalidBundleException when a bundle is not what it should be
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
      case PolicySource.BundleFile file -> {
        if (Files.size(file.path()) > MAX_TOTAL_BYTES) {
          throw tooLarge(Files.size(file.path()));
        }
        yield of(PolicyBundle.read(Files.readAllBytes(file.path()), file.keys(), MAX_TOTAL_BYTES));
      }
      case PolicySource.ServedBundle served ->
          throw new IllegalArgumentException(served.server().url() + " is no file");
    };
  }

  /** Most bytes of a policy with its data. */
  public static long maxBytes() {
    return MAX_TOTAL_BYTES;
  }

  private static IOException tooLarge(long bytes) {
    return new IOException(
        "policy size: " + bytes + " bytes (expected: at most " + MAX_TOTAL_BYTES + ")");
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
      throw tooLarge(total);
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

  /** What an operator calls this version: a bundle's revision, else the digest. */
  public String revision() {
    return bundle.map(PolicyBundle::revision).orElse(digest);
  }

  /** The bundle, when it is one. */
  public Optional<PolicyBundle> bundle() {
    return bundle;
  }

  /** Whether there are tests in it, for {@code opa test}. */
  boolean hasTests() {
    return entries.stream().anyMatch(entry -> entry.relative().toString().endsWith("_test.rego"));
  }

  /** Writes the copy below a directory. */
  void copyTo(Path directory) throws IOException {
    for (Entry entry : entries) {
      Path target = directory.resolve(entry.relative());
      Files.createDirectories(target.getParent());
      Files.write(target, entry.content());
    }
  }

  /** Whether there is Rego in it, which {@code opa} can tell more of. */
  boolean hasRego() {
    return bundle.map(PolicyBundle::hasRego).orElse(true);
  }

  /** What to name to {@code opa build}, {@code check} and {@code test} in the copy. */
  List<String> arguments() {
    return bundle.isPresent() ? List.of("--bundle", roots.getFirst()) : roots;
  }

  /** What to name to {@code opa eval} and {@code deps} in the copy. */
  List<String> dataArguments() {
    return bundle.isPresent()
        ? arguments()
        : roots.stream().flatMap(root -> Stream.of("--data", root)).toList();
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
