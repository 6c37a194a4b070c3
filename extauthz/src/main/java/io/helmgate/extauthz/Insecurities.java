package io.helmgate.extauthz;

import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.config.ProfileConfig;
import io.helmgate.extauthz.profile.Profiles;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.config.CommonConfig;
import io.helmgate.kit.config.Loaded;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says aloud what {@code allow_insecure} lets pass: in the log, in readiness and in metrics. */
final class Insecurities {

  private static final Logger log = LoggerFactory.getLogger(Insecurities.class);

  private Insecurities() {}

  static void report(Loaded<ExtAuthzConfig> config, Readiness readiness, MetricRegistry metrics) {
    List<String> found = find(config.common(), config.section());
    found.forEach(insecurity -> log.warn("allow_insecure: {}", insecurity));
    metrics.gauge(MetricName.build("extauthz_insecurities"), () -> (Gauge<Integer>) found::size);
    if (!found.isEmpty()) {
      readiness.informative("security").set(false, "allow_insecure: " + String.join("; ", found));
    }
    unprefixed(config.section()).forEach(log::warn);
  }

  private static List<String> find(CommonConfig common, ExtAuthzConfig config) {
    List<String> found = new ArrayList<>();
    if (!config.tls().enabled()) {
      found.add("address is served without TLS");
    }
    if (config.profiles().isEmpty()) {
      if (common.jwksUri().isEmpty()) {
        found.add("callers are not authenticated");
      }
      if (common.regoPolicy().isEmpty()) {
        found.add("every call is allowed");
      }
    }
    config
        .profiles()
        .forEach(
            (name, profile) -> {
              boolean upstreams = name.equals(Profiles.DEFAULT) && !common.jwksUri().isEmpty();
              if (profile.authentication().providers().isEmpty() && !upstreams) {
                found.add("profile " + name + ": callers are not authenticated");
              }
              if (profile.policy().file().isEmpty() && common.regoPolicy().isEmpty()) {
                found.add("profile " + name + ": every call is allowed");
              }
            });
    return List.copyOf(found);
  }

  /** Providers whose users could be taken for those of another one. */
  private static List<String> unprefixed(ExtAuthzConfig config) {
    List<String> warnings = new ArrayList<>();
    config
        .profiles()
        .forEach(
            (name, profile) -> {
              for (ProfileConfig.Provider provider : profile.authentication().providers()) {
                String prefix = provider.identity().prefix();
                if (prefix != null && prefix.isEmpty()) {
                  warnings.add(
                      "profile "
                          + name
                          + ": users and groups of provider "
                          + provider.name()
                          + " have no prefix");
                }
              }
            });
    return warnings;
  }
}
