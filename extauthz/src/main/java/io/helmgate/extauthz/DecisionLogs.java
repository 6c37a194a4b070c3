package io.helmgate.extauthz;

import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.policy.InvalidPolicyException;
import io.helmgate.extauthz.policy.LivePolicy;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.record.DecisionLog;
import io.helmgate.extauthz.record.RegoMask;
import io.helmgate.extauthz.record.UploadTarget;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.kit.tls.Authorities;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Makes the decision log that the configuration describes. */
final class DecisionLogs {

  private final ExtAuthzConfig.DecisionLogConfig config;
  private final Environment environment;
  private final MetricRegistry metrics;

  DecisionLogs(ExtAuthzConfig config, Environment environment, MetricRegistry metrics) {
    this.config = config.decisionLog();
    this.environment = environment;
    this.metrics = metrics;
  }

  /**
   * Starts it.
   *
   * @throws InvalidPolicyException when the mask policy cannot be put into force
   * @throws IOException when the certificates of the server's authority cannot be read
   */
  DecisionLog start(Policies policies, RegoVersion version, Closer closer)
      throws InvalidPolicyException, IOException, InterruptedException {
    DecisionLog.Builder builder = DecisionLog.builder(labels(), mask(policies, version), metrics);
    if (config.console()) {
      builder.console(environment.console());
    }
    ExtAuthzConfig.FileLogConfig file = config.file();
    if (!file.path().isEmpty()) {
      builder.file(Path.of(file.path()), file.maxBytes().bytes(), file.maxFiles());
    }
    ExtAuthzConfig.HttpLogConfig http = config.http();
    if (!http.url().isEmpty()) {
      HttpClient client = client(http);
      closer.onClose("decision log uploads", client::shutdownNow);
      builder.http(client, target(http), environment.random(), System::nanoTime);
    }
    return builder.start();
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    labels.put("app", "extauthz");
    labels.put("id", environment.newId());
    labels.put("version", environment.version().version());
    labels.putAll(config.labels());
    return labels;
  }

  private Optional<RegoMask> mask(Policies policies, RegoVersion version)
      throws InvalidPolicyException, InterruptedException {
    ExtAuthzConfig.MaskConfig mask = config.mask();
    if (mask.file().isEmpty()) {
      return Optional.empty();
    }
    PolicySource source = new PolicySource.Files(List.of(Path.of(mask.file())));
    LivePolicy policy = policies.of("decision_log.mask", source, mask.query(), version);
    return Optional.of(new RegoMask(policy::evaluate, metrics));
  }

  private static UploadTarget target(ExtAuthzConfig.HttpLogConfig http) {
    return new UploadTarget(
        URI.create(http.url()),
        http.token(),
        http.timeout(),
        http.batchBytes().bytes(),
        http.batchDelay());
  }

  private static HttpClient client(ExtAuthzConfig.HttpLogConfig http) throws IOException {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(http.timeout());
    if (!http.caFile().isEmpty()) {
      client.sslContext(trusting(Path.of(http.caFile())));
    }
    return client.build();
  }

  private static SSLContext trusting(Path authorities) throws IOException {
    try {
      return Authorities.read(authorities).clients();
    } catch (GeneralSecurityException e) {
      throw new IOException("ca_file: " + authorities + " (expected: PEM certificates)", e);
    }
  }
}
