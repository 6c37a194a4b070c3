package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.policy.wasm.builtin.Builtins;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which builtins a policy may use, and what it is told about the others. */
final class BuiltinSupplyTest {

  @TempDir private Path directory;

  private static LivePolicy start(String rego) throws Exception {
    return LivePolicy.start(
        PolicyConfig.inline(rego, PolicyConfig.DEFAULT_QUERY, RegoVersion.V1, Tools.opa()),
        PolicyEnvironment.system());
  }

  private static PolicyOutcome decide(String body) throws Exception {
    try (LivePolicy policy = start("package helmgate.authz\n\nallow if {\n" + body + "\n}\n")) {
      return policy.decide("{\"x\": 1}".getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http.send({\"method\": \"get\", \"url\": input.x}) | http.send | wait for the network",
        "net.lookup_ip_addr(input.x) | net.lookup_ip_addr | wait for the network",
        "opa.runtime().env | opa.runtime | OPA process",
        "rego.parse_module(\"x\", input.x) | rego.parse_module | OPA process",
        "providers.aws.sign_req(input.x, {}, 1) | providers.aws.sign_req | secret keys",
        "io.jwt.encode_sign({}, {}, input.x) | io.jwt.encode_sign | secret keys",
        "crypto.x509.parse_certificates(input.x) | crypto.x509.parse_certificates | Envoy",
        "graphql.is_valid(input.x, \"\") | graphql.is_valid | input.call",
        "json.match_schema(input.x, {}) | json.match_schema | JSON Schema",
        "strings.render_template(input.x, {}) | strings.render_template | Go templates",
      })
  void aPolicyThatNeedsARefusedBuiltinIsToldItsNameAndTheReason(
      String call, String name, String reason) {
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(() -> start("package helmgate.authz\n\nallow if " + call + "\n"))
        .withMessageStartingWith("policy: builtin functions that can't be used here: " + name)
        .withMessageContaining(reason);
  }

  @Test
  void aRefusedBuiltinThatTheQueryDoesNotReachIsNoProblem() throws Exception {
    String rego =
        """
        package helmgate.authz

        allow if input.x == 1

        unused if http.send({"method": "get", "url": input.x})
        """;
    try (LivePolicy policy = start(rego)) {
      assertThat(policy.decide("{\"x\": 1}".getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(PolicyOutcome.Allowed.class);
    }
  }

  @Test
  void everyBuiltinThatOpaLeavesToTheHostIsSuppliedOrRefusedWithAReason() throws Exception {
    Set<String> undecided = new TreeSet<>();
    Builtins supplied = Builtins.standard();
    for (String name : leftToTheHost()) {
      boolean refused = !Builtins.whyNot(name).equals("it is not supplied");
      if (supplied.find(name).isPresent() == refused) {
        undecided.add(name);
      }
    }
    assertThat(undecided).isEmpty();
  }

  /** What {@code opa} itself declares, less what a module that uses it all does not import. */
  private Set<String> leftToTheHost() throws Exception {
    Path output = directory.resolve("capabilities.json");
    Process opa =
        new ProcessBuilder(Tools.opa().toString(), "capabilities", "--current")
            .redirectOutput(output.toFile())
            .start();
    assertThat(opa.waitFor(60, TimeUnit.SECONDS)).isTrue();
    JsonNode capabilities = new JsonMapper().readTree(output.toFile());
    Set<String> inModules = Set.of(Files.readString(inModulesList()).split("\\s+"));
    Set<String> names = new TreeSet<>();
    for (JsonNode builtin : capabilities.path("builtins")) {
      String name = builtin.path("name").asText();
      if (!inModules.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private static Path inModulesList() {
    return Path.of(
        System.getProperty("basedir", "."), "src/test/resources/builtins-in-modules.txt");
  }

  @Test
  void timeStandsStillDuringAnEvaluation() throws Exception {
    assertThat(
            decide(
                """
                  a := time.now_ns()
                  count(numbers.range(0, 20000)) > 0
                  a == time.now_ns()
                  a > 1700000000000000000
                """))
        .isInstanceOf(PolicyOutcome.Allowed.class);
  }

  @Test
  void randomValuesAreTheSameForTheSameKeyAndDifferForAnother() throws Exception {
    assertThat(
            decide(
                """
                  uuid.rfc4122("a") == uuid.rfc4122("a")
                  uuid.rfc4122("a") != uuid.rfc4122("b")
                  uuid.parse(uuid.rfc4122("a")).version == 4
                  uuid.parse(uuid.rfc4122("a")).variant == "RFC4122"
                  rand.intn("x", 1000000000) == rand.intn("x", 1000000000)
                  every i in numbers.range(1, 50) { rand.intn(sprintf("%d", [i]), -3) in {0, 1, 2} }
                  rand.intn("x", 0) == 0
                """))
        .isInstanceOf(PolicyOutcome.Allowed.class);
  }

  @Test
  void aTraceIsTrue() throws Exception {
    assertThat(decide("trace(\"note\")")).isInstanceOf(PolicyOutcome.Allowed.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "net.cidr_expand(\"10.0.0.0/8\")",
        "numbers.range_step(0, 1000000000, 1)",
      })
  void aResultThatWouldFloodTheMemoryFailsTheEvaluation(String call) throws Exception {
    assertThat(decide("  not " + call)).isInstanceOf(PolicyOutcome.Failed.class);
  }

  @Test
  void aBuiltinThatRefusesItsOperandsIsUndefinedAndNoFailure() throws Exception {
    assertThat(decide("  not semver.compare(\"x\", \"y\")"))
        .isInstanceOf(PolicyOutcome.Allowed.class);
  }

  @Test
  void aPatternThatWouldTakeForeverElsewhereIsMatchedInLinearTime() throws Exception {
    assertThat(
            decide(
                """
                  text := concat("", [sprintf("%s", ["a"]) | some i in numbers.range(1, 5000)])
                  regex.replace(concat("", [text, "!"]), "(a+)+$", "x") == concat("", [text, "!"])
                """))
        .isInstanceOf(PolicyOutcome.Allowed.class);
  }
}
