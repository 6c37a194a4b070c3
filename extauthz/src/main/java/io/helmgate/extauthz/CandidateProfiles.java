package io.helmgate.extauthz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.explain.PolicyAnswers;
import io.helmgate.extauthz.keys.KeyStores;
import io.helmgate.extauthz.policy.LivePolicy;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.source.OpaInsight;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import io.helmgate.extauthz.profile.Profile;
import io.helmgate.extauthz.profile.Profiles;
import io.helmgate.extauthz.token.TokenCache;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.lifecycle.Closer;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The profiles of a configuration without a server around them, for commands. */
public final class CandidateProfiles implements PolicyAnswers, AutoCloseable {

  /** How long a command waits for policies that come from servers. */
  private static final Duration FIRST_BUNDLES = Duration.ofSeconds(30);

  private final Closer closer = new Closer();
  private final Profiles profiles;

  /**
   * Makes all profiles.
   *
   * @throws Exception when a policy cannot be put into force or a file cannot be read
   */
  public CandidateProfiles(Loaded<ExtAuthzConfig> loaded, Environment environment)
      throws Exception {
    try {
      ExtAuthzConfig config = loaded.section();
      KeyStores keys =
          closer.register(
              "key stores",
              new KeyStores(environment.clock(), environment.random(), (status, took) -> {}));
      Policies policies =
          closer.register(
              "policies", new Policies(config, environment, new MetricRegistry(), new Readiness()));
      profiles =
          new ProfileFactory(
                  loaded,
                  environment,
                  new Providers(config, keys, new TokenCache(config.tokenCache().maxEntries())),
                  policies,
                  // What a command asks must not use up what callers may ask.
                  closer.register(
                      "limits",
                      new Limits(
                          config.limits().withoutRates(),
                          environment,
                          new Readiness(),
                          new MetricRegistry())))
              .profiles();
      policies.awaitInForce(FIRST_BUNDLES);
    } catch (Exception e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  public Profiles profiles() {
    return profiles;
  }

  /** The policy of each profile. */
  Map<String, Policy> candidates() {
    Map<String, Policy> candidates = new LinkedHashMap<>();
    profiles.byName().forEach((name, profile) -> candidates.put(name, profile.policy()));
    return candidates;
  }

  @Override
  public JsonNode result(String profile, byte[] inputJson) throws IOException {
    if (!(policy(profile) instanceof LivePolicy live)) {
      return MissingNode.getInstance();
    }
    return switch (live.evaluate(inputJson)) {
      case Evaluation.Completed(String resultSet) ->
          new JsonMapper().readTree(resultSet).path(0).path("result");
      case Evaluation.Broken(String reason) -> TextNode.valueOf("failed: " + reason);
    };
  }

  @Override
  public Optional<String> trace(String profile, byte[] inputJson)
      throws IOException, InterruptedException {
    Optional<OpaInsight> insight =
        policy(profile) instanceof LivePolicy live ? live.insight() : Optional.empty();
    return insight.isPresent() ? insight.get().trace(inputJson) : Optional.empty();
  }

  private Policy policy(String profile) {
    Profile found = profiles.byName().get(profile);
    return found == null ? new AllowEverything() : found.policy();
  }

  @Override
  public void close() {
    closer.close();
  }
}
