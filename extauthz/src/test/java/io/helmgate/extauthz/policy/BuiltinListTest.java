package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helmgate.extauthz.policy.wasm.builtin.Builtins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The list of builtin functions in {@code docs/policy.md} is what this class writes; with the
 * system property {@code helmgate.docs.write} it puts it there ({@code make docs}).
 */
final class BuiltinListTest {

  private static final Path DOCUMENT =
      Path.of(System.getProperty("basedir", ".")).resolve("../docs/policy.md");
  private static final String BEGIN =
      "<!-- Written by BuiltinListTest (make docs) from here to the end mark. -->\n";
  private static final String END = "<!-- End of what BuiltinListTest writes. -->\n";

  @TempDir private Path directory;

  @Test
  void theDocumentListsEveryBuiltinOfOpa() throws Exception {
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    int end = document.indexOf(END);
    assertThat(begin).isBetween(BEGIN.length(), end);
    String list = list();
    if (Boolean.getBoolean("helmgate.docs.write")) {
      Files.writeString(DOCUMENT, document.substring(0, begin) + list + document.substring(end));
    } else {
      assertThat(document.substring(begin, end)).as("to be mended by make docs").isEqualTo(list);
    }
  }

  private String list() throws Exception {
    Set<String> inModules = Set.copyOf(Files.readAllLines(resource()));
    Builtins builtins = Builtins.standard();
    List<String> compiled = new ArrayList<>();
    List<String> supplied = new ArrayList<>();
    Map<String, List<String>> refused = new TreeMap<>();
    for (String name : declared()) {
      if (inModules.contains(name)) {
        compiled.add(name);
      } else if (builtins.find(name).isPresent()) {
        supplied.add(name);
      } else {
        refused.computeIfAbsent(Builtins.whyNot(name), _ -> new ArrayList<>()).add(name);
      }
    }
    StringBuilder text = new StringBuilder();
    text.append("\n### In every module: ").append(compiled.size()).append("\n\n");
    text.append("OPA's own code.\n\n").append(table(compiled));
    text.append("\n### Supplied by extauthz: ").append(supplied.size()).append("\n\n");
    text.append("Each gives what `opa eval` gives, errors included; the tests compare them.\n\n");
    text.append(table(supplied));
    int others = refused.values().stream().mapToInt(List::size).sum();
    text.append("\n### Refused: ").append(others).append("\n\n");
    text.append("| Functions | Reason |\n|---|---|\n");
    refused.forEach(
        (reason, names) -> text.append("| %s | %s |\n".formatted(quoted(names), reason)));
    return text.append('\n').toString();
  }

  /** A row for each first part of a name. */
  private static String table(List<String> names) {
    Map<String, List<String>> families =
        names.stream()
            .collect(
                Collectors.groupingBy(BuiltinListTest::family, TreeMap::new, Collectors.toList()));
    StringBuilder rows = new StringBuilder("| Family | Functions |\n|---|---|\n");
    families.forEach(
        (family, members) -> rows.append("| %s | %s |\n".formatted(family, quoted(members))));
    return rows.toString();
  }

  private static String family(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? "(none)" : name.substring(0, dot);
  }

  private static String quoted(List<String> names) {
    return names.stream().map(name -> '`' + name + '`').collect(Collectors.joining(", "));
  }

  private Set<String> declared() throws Exception {
    Path output = directory.resolve("capabilities.json");
    Process opa =
        new ProcessBuilder(Tools.opa().toString(), "capabilities", "--current")
            .redirectOutput(output.toFile())
            .start();
    assertThat(opa.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Set<String> names = new TreeSet<>();
    for (JsonNode builtin : new JsonMapper().readTree(output.toFile()).path("builtins")) {
      names.add(builtin.path("name").asText());
    }
    return names;
  }

  private static Path resource() {
    return Path.of(
        System.getProperty("basedir", "."), "src/test/resources/builtins-in-modules.txt");
  }
}
