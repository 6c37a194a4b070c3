package io.helmgate.extauthz.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Masks by a policy. Where the policy fails, nothing of the input is recorded: a mask that did not
 * work must not become a leak.
 */
public final class RegoMask {

  private static final Logger log = LoggerFactory.getLogger(RegoMask.class);

  private final ObjectMapper json = new JsonMapper();
  private final MaskPolicy policy;
  private final Counter failures;
  private final AtomicBoolean failing = new AtomicBoolean();

  public RegoMask(MaskPolicy policy, MetricRegistry metrics) {
    this.policy = policy;
    this.failures = metrics.counter("extauthz_decision_log_mask_failures");
  }

  /**
   * Takes more out of a record.
   *
   * @param masked the record, without what is taken out always
   * @param whole the same record before anything was taken out
   * @return the record that may be shown
   */
  byte[] apply(byte[] masked, byte[] whole) {
    try {
      ObjectNode record = json.readValue(masked, ObjectNode.class);
      apply(record, policy.evaluate(whole));
      return json.writeValueAsBytes(record);
    } catch (IOException e) {
      throw new UncheckedIOException("a record that was just written", e);
    }
  }

  private void apply(ObjectNode record, Evaluation evaluation) {
    try {
      switch (evaluation) {
        case Evaluation.Completed(String resultSet) -> rules(resultSet).apply(record);
        case Evaluation.Broken(String reason) -> withhold(record, reason);
      }
    } catch (MaskRules.MalformedException e) {
      withhold(record, String.valueOf(e.getMessage()));
    }
  }

  private MaskRules rules(String resultSet) throws MaskRules.MalformedException {
    try {
      JsonNode results = json.readTree(resultSet);
      // Undefined: the policy has no wish for this record.
      JsonNode value = results.isEmpty() ? json.createArrayNode() : results.path(0).path("result");
      MaskRules rules = MaskRules.read(value);
      failing.set(false);
      return rules;
    } catch (JsonProcessingException e) {
      throw new MaskRules.MalformedException("mask: no JSON: " + e.getOriginalMessage());
    }
  }

  private void withhold(ObjectNode record, String reason) {
    failures.inc();
    if (!failing.getAndSet(true)) {
      log.error("decision log: the mask policy failed, inputs are left out: {}", reason);
    }
    record.remove("input");
    record.remove("masked");
    record.putArray("erased").add("/input");
    record.withObjectProperty("custom").put("mask_problem", reason);
  }
}
