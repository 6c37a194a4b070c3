package io.helmgate.extauthz.config;

import io.helmgate.extauthz.policy.source.RegoQuery;
import io.helmgate.kit.config.CommonConfig;
import io.helmgate.kit.config.Problems;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Checks what concerns several keys. What is insecure needs {@code allow_insecure: true}. */
final class ConfigRules {

  private static final Duration LONGEST_ASSERTION = Duration.ofSeconds(60);
  private static final String OR_INSECURE = ", or allow_insecure: true at the top level";

  private final CommonConfig common;
  private final ExtAuthzConfig config;
  private final Problems problems;
  private final Map<String, ProfileConfig.Remote> remotes = new HashMap<>();

  ConfigRules(CommonConfig common, ExtAuthzConfig config, Problems problems) {
    this.common = common;
    this.config = config;
    this.problems = problems;
  }

  void check() {
    if (!common.allowInsecure()) {
      InsecureSetting.of(common, config)
          .forEach(
              found -> problems.add(found.key(), found.expected() + OR_INSECURE, "allow_insecure"));
    }
    tls();
    if (config.jwks().timeout().compareTo(config.stageDeadline()) >= 0) {
      problems.add("extauthz.jwks.timeout", "less than stage_deadline", "extauthz.stage_deadline");
    }
    if (config.secrets().size() > config.limits().maxVaultEntries()) {
      problems.add(
          "extauthz.limits.max_vault_entries",
          "at least the number of secrets, " + config.secrets().size(),
          "extauthz.secrets");
    }
    LimitsConfig.Concurrency concurrency = config.limits().concurrency();
    if (concurrency.minWaiting() > concurrency.maxWaiting()) {
      problems.add(
          "extauthz.limits.concurrency.min_waiting",
          "at most max_waiting, " + concurrency.maxWaiting(),
          "extauthz.limits.concurrency.max_waiting");
    }
    if (concurrency.targetDelay().compareTo(config.stageDeadline()) >= 0) {
      problems.add(
          "extauthz.limits.concurrency.target_delay",
          "less than stage_deadline",
          "extauthz.stage_deadline");
    }
    LimitsConfig.Redis redis = config.limits().rate().redis();
    if (redis.timeout().multipliedBy(2).compareTo(config.stageDeadline()) > 0) {
      problems.add(
          "extauthz.limits.rate.redis.timeout",
          "at most half of stage_deadline",
          "extauthz.stage_deadline");
    }
    if (config.assertion().lifetime().compareTo(LONGEST_ASSERTION) > 0) {
      problems.add("extauthz.assertion.lifetime", "at most 60s");
    }
    if (RegoQuery.parse(config.decisionLog().mask().query()).isEmpty()) {
      problems.add(
          "extauthz.decision_log.mask.query", "a ground reference such as data.system.log.mask");
    }
    config.profiles().forEach(this::profile);
    matches();
  }

  /** What two profiles claim alike would go to either. */
  private void matches() {
    Map<String, String> claimed = new HashMap<>();
    config
        .profiles()
        .forEach(
            (name, profile) -> {
              ProfileConfig.Match match = profile.match();
              boolean none = match.hosts().isEmpty() && match.pathPrefixes().isEmpty();
              for (String host : none ? List.<String>of() : orAny(match.hosts())) {
                for (String prefix : orAny(match.pathPrefixes())) {
                  String claim = host.toLowerCase(Locale.ROOT) + ' ' + prefix.replaceAll("/$", "");
                  String other = claimed.putIfAbsent(claim, name);
                  if (other != null && !other.equals(name)) {
                    problems.add(
                        "extauthz.profiles." + name + ".match",
                        "hosts and path_prefixes of its own; profile " + other + " has them too");
                  }
                }
              }
            });
  }

  private static List<String> orAny(List<String> values) {
    return values.isEmpty() ? List.of("any") : values;
  }

  private void tls() {
    ExtAuthzConfig.TlsConfig tls = config.tls();
    if (!tls.enabled()) {
      return;
    }
    needed("extauthz.tls.cert_file", tls.certFile().isEmpty(), "a file");
    needed("extauthz.tls.key_file", tls.keyFile().isEmpty(), "a file");
    needed("extauthz.tls.client_ca_file", tls.clientCaFile().isEmpty(), "a file");
    needed(
        "extauthz.tls.client_sans",
        tls.clientSans().isEmpty(),
        "at least one name that Envoy's certificate has");
  }

  private void needed(String key, boolean missing, String expected) {
    if (missing) {
      problems.add(key, expected + ", since other keys of tls are set");
    }
  }

  private void profile(String name, ProfileConfig profile) {
    String path = "extauthz.profiles." + name;
    new AuthenticationRules(problems, remotes)
        .check(path + ".authentication", profile.authentication());
    response(path + ".response", profile.response());
    PolicyRules.check(path + ".policy", profile.policy(), config.stageDeadline(), problems);
    ProfileConfig.Assertion assertion = profile.assertion();
    if (assertion != null) {
      if (config.assertion().keysFile().isEmpty()) {
        problems.add(
            "extauthz.assertion.keys_file", "a file, since profile " + name + " mints assertions");
      }
      if (assertion.binding() == ProfileConfig.Binding.CALL && !profile.deployerCalls()) {
        problems.add(
            path + ".assertion.binding",
            "token, since not exactly the calls of the deployer are decoded",
            path + ".calls");
      }
      if (profile.authentication().jwt().anonymous()) {
        problems.add(
            path + ".assertion",
            "left out, since callers are anonymous",
            path + ".authentication.validationMode");
      }
    }
    if (profile.callSchema() != null && !profile.calls()) {
      problems.add(path + ".call_schema", "left out, since calls is false", path + ".calls");
    }
  }

  private void response(String path, ProfileConfig.Response response) {
    boolean registry = response.style() == ProfileConfig.Style.REGISTRY;
    boolean bearer = response.style() == ProfileConfig.Style.RFC6750;
    if (registry && response.realm().isEmpty()) {
      problems.add(path + ".realm", "the URL of the token server, for style registry");
    }
    if (registry && response.service().isEmpty()) {
      problems.add(path + ".service", "the registry's name at its token server");
    }
    unused(path + ".realm", response.realm(), registry || bearer, "rfc6750 or registry");
    unused(path + ".service", response.service(), registry, "registry");
    unused(path + ".scope", response.scope(), bearer, "rfc6750");
    unused(path + ".resource_metadata", response.resourceMetadata(), bearer, "rfc6750");
  }

  private void unused(String key, String value, boolean used, String styles) {
    if (!used && !value.isEmpty()) {
      problems.add(key, "left out, since only style " + styles + " uses it");
    }
  }
}
