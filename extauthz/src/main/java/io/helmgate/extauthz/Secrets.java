package io.helmgate.extauthz;

import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.decision.HiddenValue;
import io.helmgate.extauthz.limits.vault.SecretFiles;
import io.helmgate.extauthz.limits.vault.SecretVault;
import io.helmgate.extauthz.profile.SecretSource;
import io.helmgate.kit.lifecycle.Closer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

/** The secrets that the configuration names. */
final class Secrets implements SecretSource, AutoCloseable {

  private final Closer closer = new Closer();
  private final SecretVault vault;

  /** Reads them; throws IOException when one cannot be used. */
  Secrets(ExtAuthzConfig config, MetricRegistry metrics) throws IOException {
    vault =
        closer.register(
            "secret vault", new SecretVault(config.limits().maxVaultEntries(), metrics));
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("secret-files").daemon().factory());
    closer.onClose("secret files", timer::shutdownNow);
    Map<String, SecretFiles.Source> sources =
        config.secrets().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    secret ->
                        new SecretFiles.Source(
                            secret.getValue().file(), secret.getValue().prefix())));
    try {
      SecretFiles.follow(vault, sources, timer);
    } catch (IOException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  @Override
  public Optional<HiddenValue> find(String name) {
    return vault.use(name, value -> new HiddenValue(new String(value, StandardCharsets.US_ASCII)));
  }

  @Override
  public void close() {
    closer.close();
  }
}
