package io.helmgate.sandbox.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToolCacheTest {
  @TempDir Path root;
  private final Progress progress =
      new Progress(new PrintStream(OutputStream.nullOutputStream()), Clock.systemUTC(), "test");

  @Test
  void makesOnlyWhatIsLacking() throws Exception {
    var cache = new ToolCache(root);
    Path home = cache.directory("group", "lock");
    List<Set<String>> made = new ArrayList<>();
    ToolCache.Maker maker =
        (workshop, names) -> {
          made.add(Set.copyOf(names));
          for (String name : names) {
            Files.writeString(workshop.resolve(name), name);
          }
        };

    cache.provide(home, Set.of("a"), progress, maker);
    cache.provide(home, Set.of("a", "b"), progress, maker);
    cache.provide(home, Set.of("a", "b"), progress, maker);

    assertThat(made).containsExactly(Set.of("a"), Set.of("b"));
    assertThat(home.resolve("a")).hasContent("a");
    assertThat(home.resolve("b")).hasContent("b");
    assertThat(home.resolve(".tmp")).doesNotExist();
  }

  @Test
  void leavesNothingHalfMadeBehindAFailure() throws Exception {
    var cache = new ToolCache(root);
    Path home = cache.directory("group", "lock");

    assertThatThrownBy(
            () ->
                cache.provide(
                    home,
                    Set.of("a"),
                    progress,
                    (workshop, _) -> {
                      Files.writeString(workshop.resolve("a"), "half");
                      throw new IOException("no network");
                    }))
        .hasMessage("no network");
    assertThat(home.resolve("a")).doesNotExist();

    cache.provide(
        home,
        Set.of("a"),
        progress,
        (workshop, _) -> Files.writeString(workshop.resolve("a"), "whole"));
    assertThat(home.resolve("a")).hasContent("whole");
  }

  @Test
  void namesADirectoryAfterEveryInput() {
    var cache = new ToolCache(root);

    assertThat(cache.directory("group", "a", "b"))
        .isEqualTo(cache.directory("group", "a", "b"))
        .isNotEqualTo(cache.directory("group", "ab", ""))
        .isNotEqualTo(cache.directory("group", "a", "c"))
        .isNotEqualTo(cache.directory("other", "a", "b"));
  }

  @Test
  void liesWhereTheUserKeepsCaches() {
    assertThat(ToolCache.of(Map.of(), Path.of("/home/u")).root())
        .isEqualTo(Path.of("/home/u/.cache/helmgate/tools"));
    assertThat(ToolCache.of(Map.of("XDG_CACHE_HOME", "/c"), Path.of("/home/u")).root())
        .isEqualTo(Path.of("/c/helmgate/tools"));
  }

  @Test
  void tellsTheEndOfTheOutputOfAProgramThatFails() {
    Command command = Command.in(root, "sh", "-c", "echo one; echo two >&2; exit 3");

    assertThatThrownBy(command::output)
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("ended with 3 (expected: 0)")
        .hasMessageContaining("one")
        .hasMessageContaining("two");
  }
}
