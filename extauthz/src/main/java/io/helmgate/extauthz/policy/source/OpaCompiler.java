package io.helmgate.extauthz.policy.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.policy.bundle.PolicyBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Compiles Rego to WebAssembly by running the {@code opa} command in a directory of its own. */
public final class OpaCompiler {

  private static final String OUTPUT = "bundle.tar.gz";
  private static final String PLANNED = "plan.tar.gz";
  private static final String CAPABILITIES = "capabilities.json";
  private static final long MAX_BUNDLE_BYTES = 512L << 20;

  private final OpaCommand opa;
  private final ObjectMapper json = new JsonMapper();

  /**
   * Makes a compiler.
   *
   * @param opa the {@code opa} binary
   * @param deadline how long one run of it may take
   */
  public OpaCompiler(Path opa, Duration deadline) {
    this.opa = new OpaCommand(opa, deadline);
  }

  /** Whether there is an {@code opa} to run. */
  public boolean isThere() {
    return opa.isThere();
  }

  OpaCommand command() {
    return opa;
  }

  /**
   * Compiles a policy.
   *
   * @throws InterruptedException when the thread is interrupted while {@code opa} runs
   */
  public Compilation compile(PolicySnapshot sources, RegoQuery query, RegoVersion version)
      throws InterruptedException {
    if (!opa.isThere()) {
      return new Compilation.CompilerFailed(
          "opa: " + opa + " (expected: the opa program, which compiles Rego to WebAssembly)");
    }
    try {
      Path work = Files.createTempDirectory("helmgate-policy-");
      try {
        sources.copyTo(work);
        return compileIn(work, sources, query, version);
      } finally {
        delete(work);
      }
    } catch (IOException e) {
      return new Compilation.CompilerFailed("opa: " + opa + " could not be run: " + e.getMessage());
    }
  }

  private Compilation compileIn(
      Path work, PolicySnapshot sources, RegoQuery query, RegoVersion version)
      throws IOException, InterruptedException {
    OpaCommand.Run run = opa.run(work, build("wasm", OUTPUT, sources, query, version));
    if (run.exitCode() != 0) {
      return new Compilation.Rejected(explain(work, sources, version, run));
    }
    PolicyBundle bundle =
        PolicyBundle.read(
            Files.readAllBytes(work.resolve(OUTPUT)), Optional.empty(), MAX_BUNDLE_BYTES);
    Optional<byte[]> module = bundle.module(query.entrypoint());
    if (module.isEmpty()) {
      return new Compilation.CompilerFailed("opa: the bundle that opa build wrote holds no module");
    }
    List<RegoProblem> failed = tests(work, sources, version);
    return failed.isEmpty()
        ? new Compilation.Compiled(
            module.get(), bundle.data(), reads(work, sources, query, version))
        : new Compilation.Rejected(failed);
  }

  private static List<String> build(
      String target, String output, PolicySnapshot sources, RegoQuery query, RegoVersion version) {
    List<String> build = new ArrayList<>(List.of("build", "--target", target, version.flag()));
    build.addAll(List.of("--entrypoint", query.entrypoint(), "--output", output));
    build.addAll(sources.arguments());
    return build;
  }

  /** What the module looks at: OPA makes it of the same plan. */
  private Selection reads(Path work, PolicySnapshot sources, RegoQuery query, RegoVersion version)
      throws IOException, InterruptedException {
    OpaCommand.Run run = opa.run(work, build("plan", PLANNED, sources, query, version));
    if (run.exitCode() != 0) {
      return Selection.all();
    }
    byte[] plan =
        PolicyBundle.read(
                Files.readAllBytes(work.resolve(PLANNED)), Optional.empty(), MAX_BUNDLE_BYTES)
            .files()
            .get("plan.json");
    return plan == null ? Selection.all() : InputReads.of(json.readTree(plan), query.entrypoint());
  }

  /** The tests that fail, of those that come with the sources. */
  private List<RegoProblem> tests(Path work, PolicySnapshot sources, RegoVersion version)
      throws IOException, InterruptedException {
    if (!sources.hasTests()) {
      return List.of();
    }
    Files.writeString(work.resolve(CAPABILITIES), offline(work));
    List<String> test = new ArrayList<>(List.of("test", "--format", "json", version.flag()));
    test.addAll(List.of("--capabilities", CAPABILITIES));
    test.addAll(sources.arguments());
    OpaCommand.Run run = opa.run(work, test);
    if (run.exitCode() == 0) {
      return List.of();
    }
    List<RegoProblem> problems = new ArrayList<>();
    for (JsonNode result : listed(run.output())) {
      if (result.path("fail").asBoolean() || result.has("error")) {
        problems.add(problem(result, sources.shownNames(), failure(result)));
      }
    }
    if (problems.isEmpty()) {
      problems.add(
          RegoProblem.general("opa test: " + withShownNames(run.output().strip(), sources)));
    }
    return problems;
  }

  private static String failure(JsonNode result) {
    String error = result.path("error").path("message").asText("");
    return "test "
        + result.path("package").asText()
        + "."
        + result.path("name").asText()
        + " fails"
        + (error.isEmpty() ? "" : ": " + error);
  }

  private Iterable<JsonNode> listed(String output) throws IOException {
    return output.startsWith("[") ? json.readTree(output) : List.of();
  }

  /** What this opa can do, without the network: a test in a bundle may be anybody's. */
  private String offline(Path work) throws IOException, InterruptedException {
    OpaCommand.Run run = opa.run(work, List.of("capabilities", "--current"));
    if (run.exitCode() == 0 && json.readTree(run.output()) instanceof ObjectNode capabilities) {
      capabilities.putArray("allow_net");
      return capabilities.toString();
    }
    throw new IOException("opa capabilities: " + run.output().strip());
  }

  /**
   * Turns a failed build into problems with their places. {@code opa build} prints prose without
   * columns; {@code opa check} gives the same errors as JSON.
   */
  private List<RegoProblem> explain(
      Path work, PolicySnapshot sources, RegoVersion version, OpaCommand.Run build)
      throws IOException, InterruptedException {
    List<RegoProblem> problems = new ArrayList<>();
    OpaCommand.Run check = opa.run(work, check(sources, version));
    for (JsonNode error : errors(check)) {
      problems.add(problem(error, sources.shownNames(), message(error)));
    }
    if (problems.isEmpty()) {
      problems.add(RegoProblem.general(withShownNames(build.output().strip(), sources)));
    } else if (opa.run(work, check(sources, version.other())).exitCode() == 0) {
      problems.add(
          RegoProblem.general(
              "this policy is written in Rego "
                  + version.other().key()
                  + ": to load it as it is, set rego_version: "
                  + version.other().key()));
    }
    return List.copyOf(problems);
  }

  private static List<String> check(PolicySnapshot sources, RegoVersion version) {
    List<String> check = new ArrayList<>(List.of("check", "--format", "json", version.flag()));
    check.addAll(sources.arguments());
    return check;
  }

  private Iterable<JsonNode> errors(OpaCommand.Run check) throws IOException {
    if (check.exitCode() == 0 || !check.output().startsWith("{")) {
      return List.of();
    }
    return json.readTree(check.output()).path("errors");
  }

  private static String message(JsonNode error) {
    String code = error.path("code").asText();
    String message = error.path("message").asText();
    return code.isEmpty() ? message : code + ": " + message;
  }

  private static RegoProblem problem(JsonNode at, Map<String, String> shownNames, String message) {
    JsonNode location = at.path("location");
    String file = location.path("file").asText();
    return new RegoProblem(
        shownNames.getOrDefault(file, file),
        location.path("row").asInt(),
        location.path("col").asInt(),
        message);
  }

  private static String withShownNames(String output, PolicySnapshot sources) {
    String text = output;
    for (Map.Entry<String, String> name : sources.shownNames().entrySet()) {
      text = text.replace(name.getKey(), name.getValue());
    }
    return text;
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.deleteIfExists(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
