package io.helmgate.extauthz.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helmgate.extauthz.json.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key set in a file. Whoever writes the file decides whose tokens are good, so it is written for
 * the service's user alone, and read only when nobody else could have written it.
 */
final class SnapshotFile implements KeySnapshot {

  private static final Logger log = LoggerFactory.getLogger(SnapshotFile.class);
  private static final Set<PosixFilePermission> FOREIGN_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  /** JSON may need more room than the text in it. */
  private static final int OVERHEAD = 8;

  private final Path directory;
  private final Path file;
  private final URI url;
  private final long maxBytes;

  /**
   * Makes the place of a key set.
   *
   * @param directory made when it is missing; needs POSIX permissions
   * @param maxBytes largest accepted key set
   */
  SnapshotFile(Path directory, URI url, int maxBytes) {
    this.directory = directory;
    this.file = directory.resolve(name(url));
    this.url = url;
    this.maxBytes = (long) maxBytes * OVERHEAD;
  }

  private static String name(URI url) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(url.toString().getBytes(StandardCharsets.UTF_8));
      return "jwks-" + HexFormat.of().formatHex(digest) + ".json";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }

  @Override
  public Optional<Saved> load() {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      requirePrivate(directory);
      requirePrivate(file);
      if (Files.size(file) > maxBytes) {
        throw new IOException("too large");
      }
      JsonNode saved =
          StrictJson.value(Files.readAllBytes(file)).orElseThrow(() -> new IOException("no JSON"));
      if (!saved.path("url").asText().equals(url.toString())) {
        throw new IOException("of another URL");
      }
      return Optional.of(
          new Saved(
              Instant.parse(saved.path("fetched_at").asText()),
              saved.path("key_set").asText().getBytes(StandardCharsets.UTF_8)));
    } catch (IOException | DateTimeException e) {
      log.warn("{}: snapshot of keys is not used: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** A link, another owner or a permission for others would let others choose the keys. */
  private static void requirePrivate(Path path) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      throw new IOException(path + " is a link");
    }
    if (attributes.permissions().stream().anyMatch(FOREIGN_WRITE::contains)) {
      throw new IOException(path + " can be written by others");
    }
    Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(user)) {
      throw new IOException(path + " belongs to user " + owner + " (expected: " + user + ")");
    }
  }

  @Override
  public void save(Saved saved) {
    String json =
        JsonNodeFactory.instance
            .objectNode()
            .put("url", url.toString())
            .put("fetched_at", saved.fetchedAt().toString())
            .put("key_set", new String(saved.keySet(), StandardCharsets.UTF_8))
            .toString();
    try {
      if (!Files.exists(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      // Made with mode 0600, and moved, so that a reader sees the whole of it.
      Path temporary = Files.createTempFile(directory, "jwks", ".tmp");
      try {
        Files.writeString(temporary, json);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      log.warn("{}: snapshot of keys is not written: {}", file, e.toString());
    }
  }
}
