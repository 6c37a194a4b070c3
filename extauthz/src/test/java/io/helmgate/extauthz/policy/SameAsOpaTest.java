package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.policy.wasm.builtin.Builtins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every supplied builtin gives what {@code opa eval} gives, over the calls that the lines of {@code
 * same-as-opa/*.txt} hold.
 */
final class SameAsOpaTest {

  /** Results of these differ from call to call; see {@link BuiltinSupplyTest}. */
  private static final Set<String> NOT_COMPARABLE =
      Set.of("rand.intn", "time.now_ns", "trace", "uuid.rfc4122");

  @TempDir private Path directory;

  private static Path resource(String name) {
    return Path.of(System.getProperty("basedir", "."), "src/test/resources/same-as-opa", name);
  }

  /** Line of a file, as {@code file:number}, to the call in it. */
  private static Map<String, String> calls() throws IOException {
    Map<String, String> calls = new LinkedHashMap<>();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(resource("."))) {
      all.filter(file -> file.toString().endsWith(".txt")).sorted().forEach(files::add);
    }
    for (Path file : files) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (!line.isEmpty() && !line.startsWith("#")) {
          calls.put(file.getFileName() + ":" + (i + 1), line);
        }
      }
    }
    return calls;
  }

  @TestFactory
  Stream<DynamicTest> eachCallGivesWhatOpaGives() throws Exception {
    return OpaComparison.of(calls(), Files.readString(resource("input.json")), directory);
  }

  @Test
  void eachSuppliedBuiltinIsCompared() throws IOException {
    String all = String.join("\n", calls().values());
    Set<String> uncovered = new TreeSet<>();
    for (String name : Builtins.standard().names()) {
      boolean elsewhere = NOT_COMPARABLE.contains(name) || name.startsWith("io.jwt.");
      if (!elsewhere && !all.contains(name + "(")) {
        uncovered.add(name);
      }
    }
    assertThat(uncovered).isEmpty();
  }
}
