package io.helmgate.deployer.helm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
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

  static CallFiles create(Path workDirectory) throws IOException {
    return new CallFiles(Files.createTempDirectory(workDirectory, PREFIX, OWNER_DIRECTORY));
  }

  /** Makes the work directory, and empties it of what a killed process has left there. */
  static void prepare(Path workDirectory) throws IOException {
    Files.createDirectories(workDirectory, OWNER_DIRECTORY);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(workDirectory, PREFIX + "*")) {
      for (Path directory : left) {
        delete(directory);
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

  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
