package io.helmgate.extauthz;

import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.config.InsecureSetting;
import io.helmgate.extauthz.config.ProfileConfig;
import io.helmgate.kit.admin.Readiness;
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
    List<String> found =
        InsecureSetting.of(config.common(), config.section()).stream()
            .map(InsecureSetting::consequence)
            .toList();
    found.forEach(consequence -> log.warn("allow_insecure: {}", consequence));
    metrics.gauge(MetricName.build("extauthz_insecurities"), () -> (Gauge<Integer>) found::size);
    if (!found.isEmpty()) {
      readiness.informative("security").set(false, "allow_insecure: " + String.join("; ", found));
    }
    unprefixed(config.section()).forEach(log::warn);
  }

  /** Providers whose users could be taken for those of another one. */
  private static List<String> unprefixed(ExtAuthzConfig config) {
    List<String> warnings = new ArrayList<>();
    config
        .profiles()
        .forEach(
            (name, profile) -> {
              for (ProfileConfig.Provider provider : profile.authentication().jwt().providers()) {
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
