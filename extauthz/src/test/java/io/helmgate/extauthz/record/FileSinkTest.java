package io.helmgate.extauthz.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSinkTest {

  private final Path directory;
  private final Path file;

  FileSinkTest(@TempDir Path directory) {
    this.directory = directory;
    this.file = directory.resolve("decisions.jsonl");
  }

  @Test
  void linesAreAppendedToAFileThatOnlyItsOwnerMayRead() throws IOException {
    Files.writeString(file, "of an earlier run\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    write(new FileSink(file, 1 << 20, 3), "a", "b");

    assertThat(Files.readAllLines(file)).hasSize(3).element(1).asString().contains("\"n\":\"a\"");
    Files.delete(file);
    write(new FileSink(file, 1 << 20, 3), "a");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void fullFilesAreNumberedAndTheOldestIsDeleted() throws IOException {
    int room = RecordFormat.line(numbered("a")).length;

    write(new FileSink(file, room, 3), "a", "b", "c", "d");

    assertThat(Files.readString(file)).contains("\"d\"");
    assertThat(Files.readString(directory.resolve("decisions.jsonl.1"))).contains("\"c\"");
    assertThat(Files.readString(directory.resolve("decisions.jsonl.2"))).contains("\"b\"");
    assertThat(directory.resolve("decisions.jsonl.3")).doesNotExist();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void oneFileAloneIsBegunAnew() throws IOException {
    int room = RecordFormat.line(numbered("a")).length;

    write(new FileSink(file, room, 1), "a", "b");

    assertThat(Files.readAllLines(file)).singleElement().asString().contains("\"b\"");
    assertThat(directory.resolve("decisions.jsonl.1")).doesNotExist();
  }

  @Test
  void aFullDeviceFailsTheWriteAndALinkIsNotFollowed() throws IOException {
    FileSink full = new FileSink(Path.of("/dev/full"), 1 << 20, 3);

    assertThatThrownBy(() -> full.write(numbered("a"))).hasMessageContaining("No space left");
    assertThatThrownBy(() -> full.write(numbered("b"))).hasMessageContaining("No space left");

    Files.createSymbolicLink(file, directory.resolve("elsewhere"));
    FileSink linked = new FileSink(file, 1 << 20, 3);
    assertThatThrownBy(() -> linked.write(numbered("a"))).isInstanceOf(IOException.class);
    assertThat(directory.resolve("elsewhere")).doesNotExist();
  }

  private static void write(FileSink sink, String... numbers) throws IOException {
    for (String number : numbers) {
      assertThat(sink.write(numbered(number))).isEqualTo(1);
    }
    sink.finish();
  }

  private static byte[] numbered(String number) {
    return "{\"n\":\"%s\"}".formatted(number).getBytes(StandardCharsets.UTF_8);
  }
}
