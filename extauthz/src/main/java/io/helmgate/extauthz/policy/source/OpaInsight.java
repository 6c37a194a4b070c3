package io.helmgate.extauthz.policy.source;

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
}
