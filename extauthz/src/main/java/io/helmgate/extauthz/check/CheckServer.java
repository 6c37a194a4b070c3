package io.helmgate.extauthz.check;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.helmgate.extauthz.limits.load.Backlog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server that Envoy calls, with the standard health service. Each call runs on a virtual
 * thread, so that waiting for keys holds no event loop; one that comes while too many wait is
 * refused before that.
 */
public final class CheckServer implements AutoCloseable {

  /** Above Envoy's body limit of 1 MiB, with room for headers and metadata. */
  private static final int MAX_MESSAGE_BYTES = 4 << 20;

  private static final int MAX_METADATA_BYTES = 64 << 10;

  /** Envoy's keepalive may be this frequent; a stricter server would end its connections. */
  private static final Duration KEEPALIVE = Duration.ofSeconds(10);

  private final Settings settings;
  private final Backlog backlog;
  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Server> servers = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<UnixSocket> socket = Optional.empty();

  /**
   * How connections are served.
   *
   * @param address where to listen; port 0 lets the system choose
   * @param unixSocket where to listen besides, without TLS
   * @param maxAge age at which a connection is asked to end
   * @param maxAgeGrace how long its calls may still take
   * @param drainDelay how long calls are still taken after health says NOT_SERVING
   */
  public record Settings(
      InetSocketAddress address,
      Optional<Path> unixSocket,
      Duration maxAge,
      Duration maxAgeGrace,
      Duration drainDelay) {}

  private CheckServer(Settings settings, Backlog backlog) {
    this.settings = settings;
    this.backlog = backlog;
  }

  /**
   * Starts the server.
   *
   * @param credentials TLS, or plain text
   * @param service what answers Envoy
   * @param backlog the calls of all connections that wait
   * @param reflection whether clients may list the services
   * @throws IOException when it cannot listen
   */
  public static CheckServer start(
      Settings settings,
      ServerCredentials credentials,
      BindableService service,
      Backlog backlog,
      boolean reflection)
      throws IOException {
    CheckServer server = new CheckServer(settings, backlog);
    try {
      server.listen(credentials, service, reflection);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private void listen(ServerCredentials credentials, BindableService service, boolean reflection)
      throws IOException {
    status(ServingStatus.NOT_SERVING);
    start(
        NettyServerBuilder.forAddress(settings.address(), credentials),
        service,
        reflection,
        settings.address());
    if (settings.unixSocket().isPresent()) {
      UnixSocket unix = new UnixSocket(settings.unixSocket().get());
      socket = Optional.of(unix);
      start(unix.server(), service, reflection, settings.unixSocket().get());
      unix.protect();
    }
  }

  private void start(
      NettyServerBuilder builder, BindableService service, boolean reflection, Object where)
      throws IOException {
    builder
        // Until the executor of a call is chosen, which takes no time.
        .directExecutor()
        .callExecutor(new EarlyRefusal(backlog, threads))
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .maxInboundMetadataSize(MAX_METADATA_BYTES)
        .maxConnectionAge(settings.maxAge().toNanos(), TimeUnit.NANOSECONDS)
        .maxConnectionAgeGrace(settings.maxAgeGrace().toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveTime(KEEPALIVE.toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveWithoutCalls(true)
        .addService(service)
        .addService(health.getHealthService());
    if (reflection) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    try {
      servers.add(builder.build().start());
    } catch (IOException e) {
      throw new IOException("address " + where + ": " + e.getMessage(), e);
    }
  }

  private void status(ServingStatus status) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus(AuthorizationGrpc.SERVICE_NAME, status);
  }

  /** Says SERVING from now on; before, calls are answered and the health is NOT_SERVING. */
  public void serving() {
    status(ServingStatus.SERVING);
  }

  public int port() {
    return servers.getFirst().getPort();
  }

  /**
   * Says NOT_SERVING, goes on for a while so that clients see it, then takes no new calls and waits
   * for those under way.
   *
   * @param atMost how long to wait in all
   */
  public void drain(Duration atMost) throws InterruptedException {
    Instant end = Instant.now().plus(atMost);
    health.enterTerminalState();
    Duration half = atMost.dividedBy(2);
    Duration delay = settings.drainDelay().compareTo(half) < 0 ? settings.drainDelay() : half;
    if (closed.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
      return;
    }
    servers.forEach(Server::shutdown);
    for (Server server : servers) {
      long left = Math.max(0, Duration.between(Instant.now(), end).toNanos());
      server.awaitTermination(left, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    servers.forEach(Server::shutdownNow);
    threads.shutdownNow();
    threads.close();
    socket.ifPresent(
        unix -> {
          try {
            unix.close();
          } catch (IOException e) {
            throw new UncheckedIOException("the UNIX socket cannot be removed", e);
          }
        });
  }
}
