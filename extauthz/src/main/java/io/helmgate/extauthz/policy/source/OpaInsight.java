package io.helmgate.extauthz.policy.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the {@code opa} command can tell of a policy besides compiling it; for people, not load. */
public final class OpaInsight {

  private final OpaCommand opa;
  private final PolicySnapshot sources;
  private final RegoQuery query;
  private final RegoVersion version;
  private final ObjectMapper json = new JsonMapper();

  /** Makes it for sources that compile. */
  public OpaInsight(
      OpaCompiler compiler, PolicySnapshot sources, RegoQuery query, RegoVersion version) {
    this.opa = compiler.command();
    this.sources = sources;
    this.query = query;
    this.version = version;
  }

  /**
   * Every step of an evaluation ({@code opa eval --explain full}).
   *
   * @param inputJson the input document
   * @return empty when {@code opa} cannot tell
   */
  public Optional<String> trace(byte[] inputJson) throws IOException, InterruptedException {
    if (!sources.hasRego()) {
      return Optional.empty();
    }
    Path work = Files.createTempDirectory("helmgate-trace-");
    try {
      sources.copyTo(work);
      Files.write(work.resolve("input.json"), inputJson);
      List<String> eval =
          new ArrayList<>(
              List.of("eval", "--explain", "full", "--format", "pretty", version.flag()));
      eval.addAll(List.of("--input", "input.json"));
      eval.addAll(sources.dataArguments());
      eval.add(query.text());
      OpaCommand.Run run = opa.run(work, eval);
      return run.exitCode() == 0 ? Optional.of(shown(run.output())) : Optional.empty();
    } finally {
      OpaCompiler.delete(work);
    }
  }

  private String shown(String output) {
    String text = output;
    for (var name : sources.shownNames().entrySet()) {
      text = text.replace(name.getKey(), name.getValue());
    }
    return text.stripTrailing();
  }

  /**
   * The parts of {@code input} on which the query can depend ({@code opa deps}): paths of names, an
   * empty one for the whole input.
   *
   * @return empty when {@code opa} cannot tell
   */
  public Optional<List<List<String>>> reads() throws IOException, InterruptedException {
    if (version != RegoVersion.V1 || !sources.hasRego()) {
      return Optional.empty();
    }
    Path work = Files.createTempDirectory("helmgate-deps-");
    try {
      sources.copyTo(work);
      List<String> deps = new ArrayList<>(List.of("deps", "--format", "json"));
      deps.addAll(sources.dataArguments());
      deps.add(query.text());
      OpaCommand.Run run = opa.run(work, deps);
      return run.exitCode() == 0 ? Optional.of(paths(run.output())) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } finally {
      OpaCompiler.delete(work);
    }
  }

  private List<List<String>> paths(String output) throws JsonProcessingException {
    List<List<String>> paths = new ArrayList<>();
    for (JsonNode reference : json.readTree(output).path("base")) {
      if (reference.path(0).path("value").asText().equals("input")) {
        List<String> path = new ArrayList<>();
        for (int i = 1; i < reference.size(); i++) {
          path.add(reference.get(i).path("value").asText());
        }
        paths.add(List.copyOf(path));
      }
    }
    return List.copyOf(paths);
  }
}
