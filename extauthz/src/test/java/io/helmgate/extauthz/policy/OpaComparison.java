package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helmgate.extauthz.policy.source.Compilation;
import io.helmgate.extauthz.policy.source.OpaCompiler;
import io.helmgate.extauthz.policy.source.PolicySnapshot;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.source.RegoQuery;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.policy.wasm.EngineLimits;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import io.helmgate.extauthz.policy.wasm.WasmPolicy;
import io.helmgate.extauthz.policy.wasm.builtin.Builtins;
import io.helmgate.extauthz.policy.wasm.builtin.CallContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Evaluates the same calls by {@code opa eval} and by our engine, all in one go on either side. */
final class OpaComparison {

  private static final RegoQuery QUERY =
      new RegoQuery("data.same_as_opa.result", "same_as_opa/result");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(new JsonNodeFactory(false))
          .build();

  private OpaComparison() {}

  /**
   * One test for each call; where OPA leaves a call undefined, so must we.
   *
   * @param calls name to Rego expression
   */
  static Stream<DynamicTest> of(Map<String, String> calls, String inputJson, Path directory)
      throws Exception {
    String module = module(calls);
    Path input = Files.writeString(directory.resolve("input.json"), inputJson);
    JsonNode expected = byOpa(module, input, directory);
    assertThat(expected.size()).as("calls that are defined").isGreaterThan(calls.size() / 2);
    JsonNode actual = byModule(module, input);
    return calls.entrySet().stream()
        .map(
            call ->
                DynamicTest.dynamicTest(
                    call.getKey() + " " + call.getValue(),
                    () ->
                        assertThat(actual.path(call.getKey()))
                            .as(call.getValue())
                            .isEqualTo(expected.path(call.getKey()))));
  }

  private static String module(Map<String, String> calls) {
    StringBuilder rego = new StringBuilder("package same_as_opa\n\n");
    calls.forEach(
        (name, call) ->
            rego.append("result[\"" + name + "\"] := x if {\n  x := " + call + "\n}\n\n"));
    return rego.toString();
  }

  private static JsonNode byOpa(String module, Path input, Path directory)
      throws IOException, InterruptedException {
    Path rego = Files.writeString(directory.resolve("calls.rego"), module);
    Path output = directory.resolve("output.json");
    ProcessBuilder builder =
        new ProcessBuilder(
            Tools.opa().toString(),
            "eval",
            "--format",
            "json",
            "--data",
            rego.toString(),
            "--input",
            input.toString(),
            QUERY.text());
    builder.environment().put("TZ", "UTC");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process opa = builder.start();
    assertThat(opa.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(opa.exitValue()).as(Files.readString(output)).isZero();
    return JSON.readTree(output.toFile()).at("/result/0/expressions/0/value");
  }

  private static JsonNode byModule(String module, Path input) throws Exception {
    OpaCompiler compiler = new OpaCompiler(Tools.opa(), Duration.ofSeconds(60));
    Compilation.Compiled compiled =
        (Compilation.Compiled)
            compiler.compile(
                PolicySnapshot.read(new PolicySource.Inline(module)), QUERY, RegoVersion.V1);
    EngineLimits limits =
        new EngineLimits(1, Duration.ofSeconds(1), Duration.ofSeconds(60), 1L << 30, 1L << 30);
    WasmPolicy policy =
        WasmPolicy.load(
            compiled.wasm(),
            compiled.dataJson(),
            QUERY.entrypoint(),
            limits,
            Builtins.standard(),
            () -> new CallContext(Clock.systemUTC(), new SecureRandom()));
    Evaluation evaluation = policy.evaluate(Files.readAllBytes(input));
    assertThat(evaluation).isInstanceOf(Evaluation.Completed.class);
    return JSON.readTree(((Evaluation.Completed) evaluation).json()).at("/0/result");
  }
}
