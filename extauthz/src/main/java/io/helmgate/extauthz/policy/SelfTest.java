package io.helmgate.extauthz.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.helmgate.extauthz.json.StrictJson;
import io.helmgate.extauthz.policy.source.RegoProblem;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import io.helmgate.extauthz.policy.wasm.WasmPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The cases that a policy brings with it, in {@code data.helmgate.self_test.cases}: a list of
 * {@code {"name", "query", "input", "expected"}}. A case without {@code expected} expects that the
 * query is undefined; one that names another query than the policy's is left out.
 */
final class SelfTest {

  private static final String PLACE = "data.helmgate.self_test.cases";

  private final JsonNode cases;
  private final String query;

  private SelfTest(JsonNode cases, String query) {
    this.cases = cases;
    this.query = query;
  }

  /** The cases in a policy's base documents. */
  static SelfTest of(byte[] dataJson, String query) {
    JsonNode data = StrictJson.value(dataJson).orElse(MissingNode.getInstance());
    return new SelfTest(data.path("helmgate").path("self_test").path("cases"), query);
  }

  /** What fails; empty when all is well. */
  List<RegoProblem> failures(WasmPolicy policy) {
    List<RegoProblem> problems = new ArrayList<>();
    if (!cases.isMissingNode() && !cases.isArray()) {
      problems.add(RegoProblem.general(PLACE + " (expected: a list of cases)"));
    }
    for (int i = 0; i < cases.size(); i++) {
      JsonNode one = cases.path(i);
      if (one.path("query").asText(query).equals(query)) {
        check(policy, i, one, problems);
      }
    }
    return problems;
  }

  private static void check(
      WasmPolicy policy, int index, JsonNode one, List<RegoProblem> problems) {
    String name = PLACE + "[" + index + "] " + one.path("name").asText("");
    if (!one.has("input")) {
      problems.add(RegoProblem.general(name.strip() + ": no input (expected: input, expected)"));
      return;
    }
    byte[] input = one.path("input").toString().getBytes(StandardCharsets.UTF_8);
    String expected = one.has("expected") ? one.path("expected").toString() : "undefined";
    String actual =
        switch (policy.evaluate(input)) {
          case Evaluation.Completed completed -> result(completed.json());
          case Evaluation.Broken broken -> "a failure, " + broken.reason();
        };
    if (!actual.equals(expected) && !isSame(actual, expected)) {
      problems.add(
          RegoProblem.general(
              "self test " + name.strip() + ": " + actual + " (expected: " + expected + ")"));
    }
  }

  private static String result(String resultSet) {
    JsonNode results =
        StrictJson.value(resultSet.getBytes(StandardCharsets.UTF_8))
            .orElse(MissingNode.getInstance());
    return results.isEmpty() ? "undefined" : results.path(0).path("result").toString();
  }

  /** As documents: the order of names does not matter. */
  private static boolean isSame(String actual, String expected) {
    var one = StrictJson.value(actual.getBytes(StandardCharsets.UTF_8));
    return one.isPresent()
        && one.equals(StrictJson.value(expected.getBytes(StandardCharsets.UTF_8)));
  }
}
