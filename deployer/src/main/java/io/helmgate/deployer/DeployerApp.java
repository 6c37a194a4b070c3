package io.helmgate.deployer;

import com.nimbusds.jose.jwk.JWKSet;
import io.helmgate.deployer.audit.LogAuditSink;
import io.helmgate.deployer.config.DeployerConfig;
import io.helmgate.deployer.config.DeployerConfig.AssertionConfig;
import io.helmgate.deployer.config.DeployerConfig.PlaygroundConfig;
import io.helmgate.deployer.config.DeployerConfig.TlsConfig;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.json.ResponseJson;
import io.helmgate.deployer.keys.JwksUrl;
import io.helmgate.deployer.playground.Playground;
import io.helmgate.deployer.playground.PlaygroundSettings;
import io.helmgate.deployer.server.ApiServer;
import io.helmgate.deployer.server.ApiSettings;
import io.helmgate.kit.admin.AdminServer;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.admin.ServiceMetrics;
import io.helmgate.kit.assertion.AssertionVerifier;
import io.helmgate.kit.assertion.JwkSetFile;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.kit.lifecycle.RunningService;
import io.helmgate.kit.lifecycle.ServiceContext;
import io.helmgate.kit.tls.MutualTls;
import io.helmgate.kit.tls.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The deployer, put together and started. */
public final class DeployerApp implements RunningService {

  private final Closer closer;
  private final Readiness.Condition serving;
  private final ReleaseParts parts;
  private final ApiServer api;
  private final AdminServer admin;

  private DeployerApp(
      Closer closer,
      Readiness.Condition serving,
      ReleaseParts parts,
      ApiServer api,
      AdminServer admin) {
    this.closer = closer;
    this.serving = serving;
    this.parts = parts;
    this.api = api;
    this.admin = admin;
  }

  /**
   * Makes all objects and opens the ports; what was opened is closed again when that fails.
   *
   * @throws IOException when a file or port cannot be used
   */
  public static DeployerApp create(Loaded<DeployerConfig> config, ServiceContext context)
      throws IOException {
    var closer = new Closer();
    try {
      return assemble(config, context, closer);
    } catch (IOException | RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  private static DeployerApp assemble(
      Loaded<DeployerConfig> config, ServiceContext context, Closer closer) throws IOException {
    // First, so that it is done when the rest is.
    var json = new ResponseJson(CallSchema.responses());
    var common = config.common();
    var section = config.section();
    var metrics = ServiceMetrics.ofOperations();
    var readiness = new Readiness();
    var serving = readiness.required("api");
    var timer =
        Executors.newScheduledThreadPool(2, Thread.ofPlatform().name("timer-", 0).factory());
    closer.onClose("timer", timer::shutdownNow);
    var admin =
        closer.register(
            "admin endpoint",
            AdminServer.start(
                address(section, common.adminPort()),
                metrics,
                readiness,
                context.version().version()));
    var parts = ReleaseParts.start(config, context, readiness, timer, closer);
    var executor =
        new CallExecutor(
            ApiCalls.of(parts, section.operations().longestWatch()),
            section.facadeCluster(),
            new LogAuditSink(),
            metrics,
            DeployerApp::incidentId,
            System::nanoTime);
    var tls = closer.register("TLS files", tls(section.tls(), timer));
    var keys = keys(section.assertion(), readiness, timer, closer);
    var api =
        ApiServer.create(
            new ApiSettings(
                address(section, common.port()),
                tls.keys(),
                tls.trust(),
                section.graphql().introspection(),
                section.reflection(),
                parts.clusters().stream().mapToInt(ClusterParts::calls).sum(),
                playground(section.graphql().playground()),
                common.shutdownTimeout()),
            executor,
            json,
            new AssertionVerifier(
                section.assertion().issuer(),
                section.assertion().audience(),
                keys,
                Clock.systemUTC()),
            metrics,
            DeployerApp::incidentId);
    closer.register("API", api).start();
    serving.set(true, "port " + api.port());
    return new DeployerApp(closer, serving, parts, api, admin);
  }

  private static Optional<Playground> playground(@Nullable PlaygroundConfig config)
      throws IOException {
    if (config == null) {
      return Optional.empty();
    }
    return Optional.of(
        Playground.load(
            new PlaygroundSettings(URI.create(config.issuer()), config.clientId(), config.scopes()),
            new SecureRandom()));
  }

  private static Supplier<JWKSet> keys(
      AssertionConfig config, Readiness readiness, ScheduledExecutorService timer, Closer closer)
      throws IOException {
    if (!config.jwksFile().isEmpty()) {
      return JwkSetFile.load(Path.of(config.jwksFile()));
    }
    return closer.register(
        "assertion keys",
        JwksUrl.start(
            URI.create(config.jwksUrl()),
            Optional.of(config.jwksCaFile()).filter(Predicate.not(String::isEmpty)).map(Path::of),
            config.jwksRefreshInterval(),
            timer,
            readiness.required("assertion keys")));
  }

  private static MutualTls tls(TlsConfig config, ScheduledExecutorService timer)
      throws IOException {
    return MutualTls.load(
        new TlsFiles(config.certFile(), config.keyFile(), config.clientCaFile()),
        Set.copyOf(config.clientSans()),
        timer);
  }

  private static InetSocketAddress address(DeployerConfig config, int port) {
    return new InetSocketAddress(config.address(), port);
  }

  private static String incidentId() {
    return UUID.randomUUID().toString();
  }

  /** Port of the API. */
  public int port() {
    return api.port();
  }

  /** Port of the admin endpoint. */
  public int adminPort() {
    return admin.port();
  }

  /** Waits as long as {@code shutdown_timeout} says, which the API knows from its start. */
  @Override
  public void drain(Duration atMost) {
    serving.set(false, "stopping");
    parts.clusters().forEach(cluster -> cluster.operations().endWatches());
    api.close();
  }

  @Override
  public void close() {
    closer.close();
  }
}
