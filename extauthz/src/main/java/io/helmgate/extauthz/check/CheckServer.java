package io.helmgate.extauthz.check;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server that Envoy calls, with the standard health service. Each call runs on a virtual
 * thread, so that waiting for keys holds no event loop.
 */
public final class CheckServer implements AutoCloseable {

  /** Above Envoy's body limit of 1 MiB, with room for headers and metadata. */
  private static final int MAX_MESSAGE_BYTES = 4 << 20;

  private static final int MAX_METADATA_BYTES = 64 << 10;

  private final HealthStatusManager health;
  private final ExecutorService threads;
  private final Server server;

  private CheckServer(HealthStatusManager health, ExecutorService threads, Server server) {
    this.health = health;
    this.threads = threads;
    this.server = server;
  }

  /**
   * Starts the server.
   *
   * @param address where to listen; port 0 lets the system choose
   * @param credentials TLS, or plain text
   * @param reflection whether clients may list the services
   * @throws IOException when it cannot listen there
   */
  public static CheckServer start(
      InetSocketAddress address,
      ServerCredentials credentials,
      CheckService service,
      boolean reflection)
      throws IOException {
    HealthStatusManager health = new HealthStatusManager();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address, credentials)
            .executor(threads)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .addService(service)
            .addService(health.getHealthService());
    if (reflection) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException e) {
      threads.close();
      throw new IOException("address " + address + ": " + e.getMessage(), e);
    }
    health.setStatus(AuthorizationGrpc.SERVICE_NAME, ServingStatus.SERVING);
    return new CheckServer(health, threads, server);
  }

  public int port() {
    return server.getPort();
  }

  /**
   * Says NOT_SERVING, takes no new calls and waits for those under way.
   *
   * @param atMost how long to wait
   */
  public void drain(Duration atMost) throws InterruptedException {
    health.enterTerminalState();
    server.shutdown();
    server.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    server.shutdownNow();
    threads.shutdownNow();
    threads.close();
  }
}
