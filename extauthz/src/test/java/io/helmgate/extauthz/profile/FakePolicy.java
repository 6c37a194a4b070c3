package io.helmgate.extauthz.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A policy written in Java; remembers what it was asked. */
public final class FakePolicy implements Policy {

  private final Function<JsonNode, PolicyOutcome> rule;
  private final Selection reads;
  private final List<JsonNode> asked = new ArrayList<>();

  public FakePolicy(Function<JsonNode, PolicyOutcome> rule) {
    this(rule, Selection.all());
  }

  public FakePolicy(Function<JsonNode, PolicyOutcome> rule, Selection reads) {
    this.rule = rule;
    this.reads = reads;
  }

  public static FakePolicy allowAll() {
    return new FakePolicy(input -> new PolicyOutcome.Allowed(PolicyEffects.none()));
  }

  public static PolicyEffects headers(Map<String, List<String>> headers) {
    return effects(headers, List.of(), Map.of());
  }

  public static PolicyEffects effects(
      Map<String, List<String>> headers, List<String> remove, Map<String, Object> metadata) {
    return new PolicyEffects(
        headers,
        Map.of(),
        remove,
        Map.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        metadata);
  }

  @Override
  public synchronized PolicyOutcome decide(byte[] inputJsonUtf8) {
    try {
      JsonNode input = new ObjectMapper().readTree(inputJsonUtf8);
      asked.add(input);
      return rule.apply(input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Selection reads() {
    return reads;
  }

  @Override
  public String revision() {
    return "revision-1";
  }

  public synchronized List<JsonNode> asked() {
    return List.copyOf(asked);
  }
}
