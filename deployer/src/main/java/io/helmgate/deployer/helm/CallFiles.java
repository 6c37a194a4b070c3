package io.helmgate.deployer.helm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one engine call, which hold values and rights: ours alone, and gone afterwards. */
final class CallFiles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CallFiles.class);
  private static final String PREFIX = "call-";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;

  private CallFiles(Path directory) {
    this.directory = directory;
  }

  /** A directory that only its owner can look into. */
  static Path directory(Path workDirectory, String prefix) throws IOException {
    return Files.createTempDirectory(workDirectory, prefix, OWNER_DIRECTORY);
  }

  static CallFiles create(Path workDirectory) throws IOException {
    return new CallFiles(directory(workDirectory, PREFIX));
  }

  /**
   * Makes the work directory, and empties it of what a killed process has left there.
   *
   * @throws IllegalStateException when Helm could not name files in it
   */
  static void prepare(Path workDirectory) throws IOException {
    if (!workDirectory.isAbsolute() || workDirectory.toString().contains(",")) {
      throw new IllegalStateException(
          "work directory: " + workDirectory + " (expected: an absolute path without a comma)");
    }
    Files.createDirectories(workDirectory, OWNER_DIRECTORY);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(workDirectory)) {
      for (Path each : left) {
        delete(each);
      }
    }
  }

  /** Makes an empty file that only its owner can read. */
  Path create(String name) throws IOException {
    return Files.createFile(directory.resolve(name), OWNER_FILE);
  }

  Path write(String name, byte[] content) throws IOException {
    return Files.write(create(name), content);
  }

  @Override
  public void close() {
    try {
      delete(directory);
    } catch (IOException e) {
      log.error("The files of a Helm call cannot be deleted: {}", directory, e);
    }
  }

  /** Deletes a directory with all that is in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
