package io.helmgate.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkDirectoryTest {

  @TempDir private Path parent;

  @Test
  void whatAKilledProcessHasLeftIsDeletedAtTheNextStart() throws Exception {
    Process living = child();
    Process killed = child();
    Path kept = directory(living);
    Path left = directory(killed);
    killed.destroyForcibly().waitFor();
    Path foreign = Files.createDirectory(parent.resolve("helmgate-deployer-without-a-lock"));
    try (var one = WorkDirectory.create(parent);
        var other = WorkDirectory.create(parent)) {
      assertThat(left).doesNotExist();
      assertThat(kept.resolve("helm/calls/call-1/values.json")).exists();
      assertThat(foreign).exists();
      assertThat(one.path()).isEmptyDirectory().isNotEqualTo(other.path());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one.path())))
          .isEqualTo("rwx------");

      // Neither sees the other's as one that was left.
      Process next = child();
      directory(next);
      next.destroyForcibly().waitFor();
      assertThat(one.path()).exists();
      assertThat(other.path()).exists();
    } finally {
      living.destroyForcibly().waitFor();
    }
    WorkDirectory.create(parent).close();
    assertThat(parent)
        .isDirectoryContaining(foreign::equals)
        .isDirectoryNotContaining(kept::equals);
    try (var files = Files.list(parent)) {
      assertThat(files).containsExactly(foreign);
    }
  }

  @Test
  void aLinkLeadsToNothingThatIsDeleted(@TempDir Path elsewhere) throws IOException {
    Path precious = Files.writeString(elsewhere.resolve("precious"), "1");
    Files.createFile(parent.resolve("helmgate-deployer-1-1-x.lock"));
    Files.createSymbolicLink(parent.resolve("helmgate-deployer-1-1-x"), elsewhere);
    Files.createSymbolicLink(parent.resolve("helmgate-deployer-1-1-y.lock"), precious);

    WorkDirectory.create(parent).close();

    assertThat(precious).hasContent("1");
  }

  private Process child() throws IOException {
    return new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                parent.toString()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Path directory(Process child) throws IOException {
    var line = child.inputReader(StandardCharsets.UTF_8);
    String text = line.readLine();
    while (!text.startsWith("at ")) {
      text = line.readLine();
    }
    return Path.of(text.substring(3));
  }

  /** A service at work on a call, until it is killed. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      Path work = WorkDirectory.create(Path.of(args[0])).path();
      Path call = Files.createDirectories(work.resolve("helm/calls/call-1"));
      Files.writeString(call.resolve("values.json"), "{\"password\": \"s3cr3t\"}");
      System.out.println("at " + work);
      int _ = System.in.read();
    }
  }
}
