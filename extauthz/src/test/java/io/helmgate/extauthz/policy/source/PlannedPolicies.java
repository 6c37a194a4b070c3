package io.helmgate.extauthz.policy.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.policy.Tools;
import io.helmgate.extauthz.policy.bundle.PolicyBundle;
import io.helmgate.extauthz.policy.wasm.EngineLimits;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import io.helmgate.extauthz.policy.wasm.WasmPolicy;
import io.helmgate.extauthz.policy.wasm.builtin.Builtins;
import io.helmgate.extauthz.policy.wasm.builtin.CallContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Policies in one module, and what each of them alone looks at. */
public final class PlannedPolicies {

  private static final RegoQuery ALL = new RegoQuery("data.all.result", "all/result");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private PlannedPolicies() {}

  /** One of them. */
  public record Planned(String rego, String name, Selection reads, WasmPolicy module) {

    /** What this policy says; the others' words are left out. */
    public String answer(byte[] input) {
      return switch (module.evaluate(input)) {
        case Evaluation.Completed(String json) -> result(json).path(name).toString();
        case Evaluation.Broken(String reason) -> reason;
      };
    }

    private static JsonNode result(String json) {
      try {
        return new ObjectMapper().readTree(json).at("/0/result");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Compiles them.
   *
   * @param bodies Rego without package, with a rule {@code allow}
   */
  public static List<Planned> of(List<String> bodies) {
    try {
      Path directory = Files.createTempDirectory("helmgate-planned-");
      try {
        return of(bodies, directory);
      } finally {
        OpaCompiler.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Planned> of(List<String> bodies, Path directory) throws Exception {
    StringBuilder all = new StringBuilder("package all\n\n");
    Files.writeString(
        directory.resolve("q.rego"), "package q\n\na := true\n\nb if input.claims.b == 1\n");
    List<String> plan = new ArrayList<>(List.of("build", "-t", "plan", "-o", "plan.tar.gz"));
    for (int i = 0; i < bodies.size(); i++) {
      Files.writeString(
          directory.resolve("p" + i + ".rego"), "package p" + i + "\n\n" + bodies.get(i) + "\n");
      all.append("result.p%1$d := data.p%1$d.allow\n\n".formatted(i));
      plan.addAll(List.of("-e", "p" + i + "/allow"));
    }
    Files.writeString(directory.resolve("all.rego"), all);
    PolicySnapshot sources = PolicySnapshot.read(new PolicySource.Files(List.of(directory)));
    WasmPolicy module = module(sources);
    plan.add(".");
    OpaCommand.Run run = new OpaCommand(Tools.opa(), PATIENCE).run(directory, plan);
    if (run.exitCode() != 0) {
      throw new IllegalStateException(run.output());
    }
    byte[] planned =
        PolicyBundle.read(
                Files.readAllBytes(directory.resolve("plan.tar.gz")), Optional.empty(), 1 << 26)
            .files()
            .getOrDefault("plan.json", new byte[0]);
    JsonNode json = new ObjectMapper().readTree(planned);
    List<Planned> policies = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      String name = "p" + i;
      policies.add(new Planned(bodies.get(i), name, InputReads.of(json, name + "/allow"), module));
    }
    return policies;
  }

  private static WasmPolicy module(PolicySnapshot sources) throws Exception {
    Compilation compilation =
        new OpaCompiler(Tools.opa(), PATIENCE).compile(sources, ALL, RegoVersion.V1);
    if (!(compilation instanceof Compilation.Compiled compiled)) {
      throw new IllegalStateException(compilation.toString());
    }
    return WasmPolicy.load(
        compiled.wasm(),
        compiled.dataJson(),
        ALL.entrypoint(),
        new EngineLimits(1, Duration.ofSeconds(1), Duration.ofSeconds(10), 1L << 28, 1L << 28),
        Builtins.standard(),
        () -> new CallContext(Clock.systemUTC(), new SecureRandom()));
  }
}
