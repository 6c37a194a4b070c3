package io.helmgate.extauthz.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.policy.LivePolicy;
import io.helmgate.extauthz.policy.PolicyConfig;
import io.helmgate.extauthz.policy.PolicyEnvironment;
import io.helmgate.extauthz.policy.Tools;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import io.helmgate.extauthz.profile.Trail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegoMaskTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RULES =
      """
      package system.log

      mask contains "/input/claims/email"

      mask contains {"op": "upsert", "path": "/input/claims/phone", "value": phone} if {
        phone := concat("", ["…", substring(input.input.claims.phone, 4, -1)])
      }

      mask contains "/input/call/request" if input.custom.profile == "default"
      """;

  private final MetricRegistry metrics = new MetricRegistry();

  @Test
  void aRegoPolicySeesTheWholeRecordAndTakesOutMoreThanIsTakenOutAlways() throws Exception {
    PolicyConfig config =
        PolicyConfig.inline(RULES, "data.system.log.mask", RegoVersion.V1, Tools.opa());
    try (LivePolicy policy = LivePolicy.start(config, PolicyEnvironment.system())) {
      ObjectNode record =
          record(
              policy::evaluate,
              Trails.of(
                  "{\"claims\":{\"email\":\"a@b.c\",\"phone\":\"123456\",\"sub\":\"alice\"},"
                      + "\"headers\":{\"cookie\":\"x\"},\"call\":{\"request\":{\"values\":1}}}"));

      assertThat(record.path("input").toString())
          .isEqualTo(
              "{\"claims\":{\"phone\":\"…56\",\"sub\":\"alice\"},"
                  + "\"headers\":{\"cookie\":\"***\"},\"call\":{}}");
      assertThat(record.path("masked"))
          .extracting(path -> path.asText())
          .contains("/input/headers/cookie", "/input/claims/phone");
      assertThat(record.path("erased"))
          .extracting(path -> path.asText())
          .containsExactlyInAnyOrder("/input/claims/email", "/input/call/request");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"/input\"]                                               | missing",
        "[\"/input/a/1\"]                                           | {\"a\":[1,3],\"b\":{\"c/d\":1}}",
        "[\"/input/a/9\", \"/input/x/y\", \"/input/a/b/c\"]         | {\"a\":[1,2,3],\"b\":{\"c/d\":1}}",
        "[\"/input/b/c~1d\"]                                        | {\"a\":[1,2,3],\"b\":{}}",
        "[{\"op\":\"upsert\",\"path\":\"/input/a/0\",\"value\":7}]  | {\"a\":[7,2,3],\"b\":{\"c/d\":1}}",
        "[{\"op\":\"upsert\",\"path\":\"/input/n/m\",\"value\":{}}] | {\"a\":[1,2,3],\"b\":{\"c/d\":1},\"n\":{\"m\":{}}}",
        "[{\"op\":\"upsert\",\"path\":\"/input/b\"}]                | {\"a\":[1,2,3],\"b\":null}",
        "[{\"op\":\"upsert\",\"path\":\"/input/a/0/x\",\"value\":1}]| {\"a\":[1,2,3],\"b\":{\"c/d\":1}}",
        "[{\"op\":\"remove\",\"path\":\"/input/a\"}]                | {\"b\":{\"c/d\":1}}",
      })
  void rulesMeanWhatTheyMeanToOpa(String rules, String left) {
    ObjectNode record =
        record(
            _ -> new Evaluation.Completed("[{\"result\":" + rules + "}]"),
            Trails.of("{\"a\":[1,2,3],\"b\":{\"c/d\":1}}"));

    assertThat(
            left.equals("missing")
                ? !record.has("input")
                : record.path("input").toString().equals(left))
        .as("input: %s", record.path("input"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"/input/a\":true}",
        "[1]",
        "[\"input/a\"]",
        "[\"/labels\"]",
        "[\"\"]",
        "[{\"op\":\"replace\",\"path\":\"/input/a\"}]",
        "[{\"path\":\"/input/a\"}]",
        "true"
      })
  void whereThePolicySaysNothingUsableNoInputIsRecorded(String value) {
    ObjectNode record =
        record(
            _ -> new Evaluation.Completed("[{\"result\":" + value + "}]"), Trails.of("{\"a\":1}"));

    assertThat(record.has("input")).isFalse();
    assertThat(record.path("erased").toString()).isEqualTo("[\"/input\"]");
    assertThat(record.at("/custom/mask_problem").asText()).startsWith("mask: ");
    assertThat(metrics.counter("extauthz_decision_log_mask_failures").getCount()).isEqualTo(1);
  }

  @Test
  void aPolicyThatFailsLeavesNoInputAndAnUndefinedOneLeavesItAll() {
    ObjectNode failed = record(_ -> new Evaluation.Broken("trap"), Trails.of("{\"a\":1}"));
    ObjectNode undefined = record(_ -> new Evaluation.Completed("[]"), Trails.of("{\"a\":1}"));

    assertThat(failed.has("input")).isFalse();
    assertThat(failed.at("/custom/mask_problem").asText()).isEqualTo("trap");
    assertThat(undefined.path("input").toString()).isEqualTo("{\"a\":1}");
  }

  @Test
  void noRuleIsAppliedWhenOneIsMalformed() {
    assertThatThrownBy(() -> MaskRules.read(JSON.readTree("[\"/input/a\",\"/other\"]")))
        .hasMessageContaining("/other");
  }

  private ObjectNode record(MaskPolicy policy, Trail trail) {
    RecordFormat format = new RecordFormat(Map.of(), Optional.of(new RegoMask(policy, metrics)));
    try {
      return JSON.readValue(format.records(trail).getFirst(), ObjectNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
