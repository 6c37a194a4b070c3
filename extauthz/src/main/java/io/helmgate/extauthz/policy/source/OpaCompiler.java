package io.helmgate.extauthz.policy.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Compiles Rego to WebAssembly by running the {@code opa} command in a directory of its own. */
public final class OpaCompiler {

  private static final String MODULE = "/policy.wasm";
  private static final String DATA = "/data.json";
  private static final int MAX_OUTPUT_BYTES = 1 << 20;

  private final Path opa;
  private final Duration deadline;
  private final ObjectMapper json = new JsonMapper();

  /**
   * Makes a compiler.
   *
   * @param opa the {@code opa} binary
   * @param deadline how long one run of it may take
   */
  public OpaCompiler(Path opa, Duration deadline) {
    this.opa = opa.toAbsolutePath();
    this.deadline = deadline;
  }

  /**
   * Compiles a policy.
   *
   * @throws InterruptedException when the thread is interrupted while {@code opa} runs
   */
  public Compilation compile(PolicySnapshot sources, RegoQuery query, RegoVersion version)
      throws InterruptedException {
    if (!Files.isExecutable(opa)) {
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
    List<String> build = new ArrayList<>(List.of("build", "--target", "wasm", version.flag()));
    build.addAll(List.of("--entrypoint", query.entrypoint(), "--output", "bundle.tar.gz"));
    build.addAll(sources.roots());
    Run run = run(work, build);
    if (run.exitCode() != 0) {
      return new Compilation.Rejected(explain(work, sources, version, run));
    }
    Map<String, byte[]> bundle =
        OpaBundle.read(work.resolve("bundle.tar.gz"), Set.of(MODULE, DATA));
    byte[] module = bundle.get(MODULE);
    if (module == null) {
      return new Compilation.CompilerFailed(
          "opa: the bundle that opa build wrote holds no " + MODULE);
    }
    byte[] data = bundle.getOrDefault(DATA, "{}".getBytes(StandardCharsets.UTF_8));
    return new Compilation.Compiled(module, data);
  }

  /**
   * Turns a failed build into problems with their places. {@code opa build} prints prose without
   * columns; {@code opa check} gives the same errors as JSON.
   */
  private List<RegoProblem> explain(
      Path work, PolicySnapshot sources, RegoVersion version, Run build)
      throws IOException, InterruptedException {
    List<RegoProblem> problems = new ArrayList<>();
    Run check = run(work, check(sources, version));
    for (JsonNode error : errors(check)) {
      problems.add(problem(error, sources.shownNames()));
    }
    if (problems.isEmpty()) {
      problems.add(RegoProblem.general(withShownNames(build.output().strip(), sources)));
    } else if (run(work, check(sources, version.other())).exitCode() == 0) {
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
    check.addAll(sources.roots());
    return check;
  }

  private Iterable<JsonNode> errors(Run check) throws IOException {
    if (check.exitCode() == 0 || !check.output().startsWith("{")) {
      return List.of();
    }
    return json.readTree(check.output()).path("errors");
  }

  private static RegoProblem problem(JsonNode error, Map<String, String> shownNames) {
    JsonNode location = error.path("location");
    String file = location.path("file").asText();
    String code = error.path("code").asText();
    String message = error.path("message").asText();
    return new RegoProblem(
        shownNames.getOrDefault(file, file),
        location.path("row").asInt(),
        location.path("col").asInt(),
        code.isEmpty() ? message : code + ": " + message);
  }

  private static String withShownNames(String output, PolicySnapshot sources) {
    String text = output;
    for (Map.Entry<String, String> name : sources.shownNames().entrySet()) {
      text = text.replace(name.getKey(), name.getValue());
    }
    return text;
  }

  /**
   * What a run of {@code opa} left.
   *
   * @param output standard output and error together, cut at 1 MiB
   */
  record Run(int exitCode, String output) {}

  Run run(Path work, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(opa.toString());
    command.addAll(arguments);
    // A file, not a pipe: nobody has to read while waiting, and a hung child can't block us.
    Path output = Files.createTempFile(work, "opa-", ".out");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(work.toFile());
    builder.environment().clear();
    builder.environment().put("HOME", work.toString());
    builder.environment().put("TMPDIR", work.toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("no end after " + deadline.toMillis() + " ms");
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try (var text = Files.newInputStream(output)) {
      byte[] bytes = text.readNBytes(MAX_OUTPUT_BYTES);
      return new Run(process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
    }
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
