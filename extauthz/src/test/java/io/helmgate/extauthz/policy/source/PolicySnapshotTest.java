package io.helmgate.extauthz.policy.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicySnapshotTest {

  @TempDir private Path directory;

  private Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private PolicySnapshot read() throws IOException {
    return PolicySnapshot.read(new PolicySource.Files(List.of(directory.resolve("policies"))));
  }

  @Test
  void hiddenFilesAndFilesOfOtherKindsDoNotCount() throws IOException {
    write("policies/a.rego", "package a\n");
    String before = read().digest();
    write("policies/.a.rego.swp", "x");
    write("policies/.hidden/b.rego", "package b\n");
    write("policies/README.md", "x");
    assertThat(read().digest()).isEqualTo(before);
  }

  @Test
  void contentAndNamesMakeTheDigest() throws IOException {
    Path file = write("policies/a.rego", "package a\n");
    String first = read().digest();
    Files.writeString(file, "package b\n");
    String otherContent = read().digest();
    Files.move(file, directory.resolve("policies/c.rego"));
    String otherName = read().digest();
    assertThat(List.of(first, otherContent, otherName)).doesNotHaveDuplicates();
  }

  @Test
  void whatIsCompiledIsTheContentAtTheTimeOfReading() throws IOException {
    Path file = write("policies/a.rego", "package a\n");
    PolicySnapshot snapshot = read();
    Files.writeString(file, "package changed\n");
    Path copy = Files.createDirectory(directory.resolve("copy"));
    snapshot.copyTo(copy);
    assertThat(copy.resolve("0/a.rego")).hasContent("package a\n");
  }

  @Test
  void sourcesWithoutAnyRegoAreRefused() throws IOException {
    write("policies/data.json", "{}");
    assertThatIOException().isThrownBy(this::read).withMessageContaining("no .rego file");
  }

  @Test
  void aMissingPathIsNamed() {
    assertThatIOException().isThrownBy(this::read).withMessageContaining("policies");
  }
}
