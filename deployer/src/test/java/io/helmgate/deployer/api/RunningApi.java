package io.helmgate.deployer.api;

import io.dropwizard.metrics5.MetricRegistry;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.helmgate.deployer.RecordingDomain;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.audit.AuditRecord;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.dispatch.Calls;
import io.helmgate.deployer.dispatch.HelmProxyCalls;
import io.helmgate.deployer.json.ResponseJson;
import io.helmgate.deployer.playground.Playground;
import io.helmgate.deployer.server.ApiServer;
import io.helmgate.deployer.server.ApiSettings;
import io.helmgate.kit.call.CallSchema;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The API on a real port, with a recorded domain behind it. */
final class RunningApi implements ApiPort, AutoCloseable {

  private static final ResponseJson JSON = new ResponseJson(CallSchema.responses());

  final RecordingDomain domain = new RecordingDomain();
  final List<AuditRecord> audit = new CopyOnWriteArrayList<>();
  final MetricRegistry metrics = new MetricRegistry();
  final TestAssertions assertions;

  private final TestIdentities identities = new TestIdentities();
  private final ApiServer server;
  private final ManagedChannel channel;
  private final HttpClient http;

  RunningApi(Path directory, boolean introspection, boolean reflection) {
    this(
        new TestAssertions(directory),
        Optional.empty(),
        introspection,
        reflection,
        Optional.empty());
  }

  /** With a page for people. */
  RunningApi(Path directory, Playground playground) {
    this(new TestAssertions(directory), Optional.empty(), true, true, Optional.of(playground));
  }

  /** With calls of one's own instead of the recorded domain. */
  RunningApi(TestAssertions assertions, Calls calls) {
    this(assertions, Optional.of(calls), true, true, Optional.empty());
  }

  private RunningApi(
      TestAssertions assertions,
      Optional<Calls> calls,
      boolean introspection,
      boolean reflection,
      Optional<Playground> playground) {
    this.assertions = assertions;
    var executor =
        new CallExecutor(
            calls.orElseGet(
                () -> new HelmProxyCalls(domain, domain, domain, ReleaseFixture.DISCLOSURE)),
            "default",
            audit::add,
            metrics,
            () -> "incident-1",
            System::nanoTime);
    server =
        ApiServer.create(
            new ApiSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                identities.issue("deployer"),
                identities.trust(),
                introspection,
                reflection,
                64,
                playground,
                Duration.ofSeconds(10)),
            executor,
            JSON,
            assertions.verifier(),
            metrics,
            () -> "incident-1");
    server.start();
    channel =
        NettyChannelBuilder.forAddress(
                "localhost",
                server.port(),
                TlsChannelCredentials.newBuilder()
                    .keyManager(identities.issue("envoy"))
                    .trustManager(identities.trust())
                    .build())
            .build();
    http = HttpClient.newBuilder().sslContext(clientTls(true)).build();
  }

  @Override
  public ManagedChannel channel() {
    return channel;
  }

  @Override
  public HttpClient http() {
    return http;
  }

  @Override
  public TestAssertions assertions() {
    return assertions;
  }

  @Override
  public URI url(String path) {
    return URI.create("https://localhost:" + server.port() + path);
  }

  int port() {
    return server.port();
  }

  /** TLS of a client of the same authority, with a certificate or without. */
  SSLContext clientTls(boolean withCertificate) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          withCertificate ? new KeyManager[] {identities.issue("envoy")} : null,
          new TrustManager[] {identities.trust()},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  void stopServer() {
    server.close();
  }

  @Override
  public void close() {
    http.close();
    channel.shutdownNow();
    server.close();
  }
}
