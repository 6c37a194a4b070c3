package io.helmgate.extauthz;

import io.dropwizard.metrics5.MetricRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.helmgate.extauthz.check.CheckServer;
import io.helmgate.extauthz.check.CheckService;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.config.LimitsConfig;
import io.helmgate.extauthz.keys.KeyStores;
import io.helmgate.extauthz.limits.load.Backlog;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.profile.DecisionPipeline;
import io.helmgate.extauthz.profile.Profiles;
import io.helmgate.extauthz.profile.TrailObserver;
import io.helmgate.extauthz.record.DecisionLog;
import io.helmgate.extauthz.record.DecisionMetrics;
import io.helmgate.extauthz.shadow.ShadowPolicies;
import io.helmgate.extauthz.token.TokenCache;
import io.helmgate.kit.admin.AdminServer;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.admin.ServiceMetrics;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.kit.lifecycle.RunningService;
import io.helmgate.kit.tls.MutualTls;
import io.helmgate.kit.tls.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running service: every object is made here, by constructor. */
public final class ExtAuthzApp implements RunningService {

  private static final Logger log = LoggerFactory.getLogger(ExtAuthzApp.class);

  private final Closer closer;
  private final Readiness.Condition serving;
  private final AdminServer admin;
  private final CheckServer server;

  private ExtAuthzApp(
      Closer closer, Readiness.Condition serving, AdminServer admin, CheckServer server) {
    this.closer = closer;
    this.serving = serving;
    this.admin = admin;
    this.server = server;
  }

  /**
   * Makes all objects and opens all ports; what was opened is closed again when a part fails.
   *
   * @throws Exception when a policy cannot be put into force, a file cannot be read or an address
   *     cannot be used
   */
  public static ExtAuthzApp create(Loaded<ExtAuthzConfig> config, Environment environment)
      throws Exception {
    Closer closer = new Closer();
    try {
      return create(config, environment, closer);
    } catch (Exception e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  private static ExtAuthzApp create(
      Loaded<ExtAuthzConfig> loaded, Environment environment, Closer closer) throws Exception {
    ExtAuthzConfig config = loaded.section();
    ServiceMetrics metrics = ServiceMetrics.ofDecisions();
    Readiness readiness = new Readiness();
    Readiness.Condition serving = readiness.required("serving");
    serving.set(false, "starting");
    AdminServer admin =
        closer.register(
            "admin endpoint",
            AdminServer.start(
                socketAddress(config.adminAddress()),
                metrics,
                readiness,
                environment.version().version()));

    Insecurities.report(loaded, readiness, metrics);
    KeyHealth keyHealth = new KeyHealth(metrics, readiness, environment.clock());
    KeyStores keys =
        closer.register(
            "key stores",
            new KeyStores(
                environment.clock(),
                environment.random(),
                keyHealth,
                Optional.of(config.jwks().snapshotDir())
                    .filter(directory -> !directory.isEmpty())
                    .map(Path::of)));
    admin.page("/keys", () -> KeysPage.json(keys.status(), environment.clock().instant()));
    Policies policies =
        closer.register("policies", new Policies(config, environment, metrics, readiness));
    TokenCache tokens = new TokenCache(config.tokenCache().maxEntries());
    keyHealth.watch(tokens);
    Secrets secrets = closer.register("secrets", new Secrets(config, metrics));
    Limits limits =
        closer.register("limits", new Limits(config.limits(), environment, readiness, metrics));
    ProfileFactory factory =
        new ProfileFactory(
            loaded, environment, new Providers(config, keys, tokens), policies, limits);
    Profiles profiles = factory.profiles();
    TrailObserver recorded = observers(loaded, environment, metrics, policies, closer);

    DecisionPipeline pipeline =
        new DecisionPipeline(
            profiles,
            secrets,
            environment.clock(),
            environment::newId,
            withShadows(recorded, factory.shadows(), metrics, closer));
    var faults = metrics.counter("extauthz_faults");
    CheckService service =
        new CheckService(
            pipeline, config.stageDeadline(), environment.clock(), fault -> faults.inc());
    CheckServer server = server(config, service, metrics, closer);
    policies.whenInForce(server::serving);
    serving.set(true, "");
    log.info("answers Envoy on port {}, admin endpoint on port {}", server.port(), admin.port());
    return new ExtAuthzApp(closer, serving, admin, server);
  }

  private static TrailObserver withShadows(
      TrailObserver recorded, Map<String, Policy> shadows, MetricRegistry metrics, Closer closer) {
    if (shadows.isEmpty()) {
      return recorded;
    }
    ShadowPolicies compared =
        closer.register("shadow policies", new ShadowPolicies(shadows, metrics));
    return trail -> {
      recorded.decided(trail);
      compared.decided(trail);
    };
  }

  private static TrailObserver observers(
      Loaded<ExtAuthzConfig> loaded,
      Environment environment,
      MetricRegistry metrics,
      Policies policies,
      Closer closer)
      throws Exception {
    DecisionMetrics counting = new DecisionMetrics(metrics);
    RegoVersion version =
        RegoVersion.valueOf(loaded.common().regoVersion().toUpperCase(Locale.ROOT));
    DecisionLog decisionLog =
        closer.register(
            "decision log",
            new DecisionLogs(loaded.section(), environment, metrics)
                .start(policies, version, closer));
    return trail -> {
      counting.decided(trail);
      // A flood is counted; to write down each of its requests would be part of the damage.
      if (!trail.decision().equals(DecisionPipeline.OVERLOADED)) {
        decisionLog.decided(trail);
      }
    };
  }

  private static CheckServer server(
      ExtAuthzConfig config, CheckService service, MetricRegistry metrics, Closer closer)
      throws IOException {
    Backlog backlog =
        new Backlog(backlog(config.limits().concurrency()), System::nanoTime, metrics);
    return closer.register(
        "check server",
        CheckServer.start(
            settings(config), credentials(config, closer), service, backlog, config.reflection()));
  }

  private static ServerCredentials credentials(ExtAuthzConfig config, Closer closer)
      throws IOException {
    ExtAuthzConfig.TlsConfig tls = config.tls();
    if (!tls.enabled()) {
      return InsecureServerCredentials.create();
    }
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tls-files").daemon().factory());
    closer.onClose("TLS timer", timer::shutdownNow);
    TlsFiles files =
        new TlsFiles(Path.of(tls.certFile()), Path.of(tls.keyFile()), Path.of(tls.clientCaFile()));
    MutualTls mutual =
        closer.register("TLS files", MutualTls.load(files, Set.copyOf(tls.clientSans()), timer));
    return TlsServerCredentials.newBuilder()
        .keyManager(mutual.keys())
        .trustManager(mutual.trust())
        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
        .build();
  }

  private static Backlog.Settings backlog(LimitsConfig.Concurrency config) {
    return config.enabled()
        ? new Backlog.Settings(config.minWaiting(), config.maxWaiting(), config.targetDelay())
        : Backlog.Settings.unlimited();
  }

  private static CheckServer.Settings settings(ExtAuthzConfig config) {
    ExtAuthzConfig.ServingConfig serving = config.serving();
    return new CheckServer.Settings(
        socketAddress(config.address()),
        serving.unixSocket().isEmpty()
            ? Optional.empty()
            : Optional.of(Path.of(serving.unixSocket())),
        serving.connectionMaxAge(),
        serving.connectionMaxAgeGrace(),
        serving.drainDelay());
  }

  private static InetSocketAddress socketAddress(String text) {
    HostPort address = HostPort.of(text);
    return new InetSocketAddress(address.host(), address.port());
  }

  /** The port where Envoy calls. */
  public int port() {
    return server.port();
  }

  /** The port of metrics and health. */
  public int adminPort() {
    return admin.port();
  }

  @Override
  public void drain(Duration atMost) throws InterruptedException {
    serving.set(false, "stopping");
    server.drain(atMost);
  }

  @Override
  public void close() {
    closer.close();
  }
}
