package io.helmgate.sandbox.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GoToolsTest {
  private static final String GO =
      """
      #!/bin/sh
      echo "$@" >> "$0.calls"
      case "$1" in
        env) echo go1.26.8 ;;
        list) echo a.io/one; echo a.io/lib ;;
        install)
          for package in "$@"; do
            case $package in a.io/*) echo built > "$GOBIN/$(basename "$package")" ;; esac
          done ;;
      esac
      """;

  @TempDir Path root;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private Path programs;
  private Path mod;

  @BeforeEach
  void makeDirectories() throws IOException {
    programs = Files.createDirectory(root.resolve("programs"));
    mod = Files.createDirectory(root.resolve("group"));
    Files.writeString(mod.resolve("go.mod"), "require a.io/one v1.2.3\nrequire a.io/two v2.0.0\n");
    Files.writeString(mod.resolve("go.sum"), "sums");
  }

  @Test
  void buildsOnceAndThenTakesWhatIsThere() throws Exception {
    script("go", GO);

    Map<String, Path> first = install("bin/first", "bin/two");
    Map<String, Path> second = install("bin/first", "bin/two");

    assertThat(first).isEqualTo(second).containsOnlyKeys("bin/first", "bin/two");
    assertThat(first.values())
        .allSatisfy(program -> assertThat(program).hasContent("built").startsWith(root));
    assertThat(calls("install")).hasSize(1);
  }

  @Test
  void buildsOnlyWhatIsAskedFor() throws Exception {
    script("go", GO);

    assertThat(install("bin/two")).containsOnlyKeys("bin/two");
    assertThat(calls("install"))
        .singleElement()
        .satisfies(call -> assertThat(call).endsWith("a.io/two").doesNotContain("a.io/one"));
  }

  @Test
  void usesAProgramOfTheSameVersionThatTheUserHas() throws Exception {
    script("go", GO);
    script("first", "#!/bin/sh\n[ \"$1\" = version ] && echo first v1.2.3\n");
    script("two", "#!/bin/sh\necho two v2.0.1\n");

    Map<String, Path> installed = install("bin/first", "bin/two");

    assertThat(installed).containsEntry("bin/first", programs.resolve("first"));
    assertThat(installed.get("bin/two")).hasContent("built");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("uses " + programs.resolve("first") + ", which is version 1.2.3");
  }

  @Test
  void buildsAgainWhenALockFileChanges() throws Exception {
    script("go", GO);
    Path before = install("bin/two").get("bin/two");

    Files.writeString(mod.resolve("go.sum"), "other sums");

    assertThat(install("bin/two").get("bin/two")).isNotEqualTo(before).hasContent("built");
  }

  @Test
  void saysThatGoIsMissingOrTooOld() throws Exception {
    assertThat(tools().missing())
        .singleElement()
        .isEqualTo("go: not on the PATH (expected: Go 1.26 or newer, which builds group)");

    script("go", "#!/bin/sh\necho go1.19.8\n");
    assertThat(tools().missing())
        .singleElement()
        .isEqualTo("go: version go1.19.8 (expected: 1.26 or newer)");

    script("go", GO);
    assertThat(tools().missing()).isEmpty();
  }

  private Map<String, Path> install(String... artifacts) throws Exception {
    return tools()
        .install(
            Set.of(artifacts),
            new Progress(
                new PrintStream(said, true, StandardCharsets.UTF_8), Clock.systemUTC(), "group"));
  }

  private GoTools tools() throws IOException {
    return new GoTools(
        GoMod.read(mod),
        List.of(
            GoProgram.of("first", "a.io/one", "", "version"),
            GoProgram.of("two", "a.io/two", "", "version")),
        _ -> "-s",
        "a moment",
        new ToolCache(root.resolve("cache")),
        new SearchPath(programs.toString()));
  }

  private void script(String name, String text) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private List<String> calls(String verb) throws IOException {
    return Files.readAllLines(programs.resolve("go.calls")).stream()
        .filter(call -> call.startsWith(verb))
        .toList();
  }
}
