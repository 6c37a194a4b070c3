package io.helmgate.extauthz.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dropwizard.metrics5.MetricRegistry;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.grpc.ConnectivityState;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.helmgate.extauthz.limits.load.Backlog;
import io.helmgate.extauthz.profile.DecisionPipeline;
import io.helmgate.extauthz.profile.Profiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server on real sockets; every request is decided, though only ever denied. */
final class CheckServerIT {

  private static final Duration LONG = Duration.ofMinutes(10);

  @TempDir private Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  @Test
  void aUnixSocketIsServedBesideTheAddressAndOnlyForOwnerAndGroup() throws Exception {
    Path file = directory.resolve("authz.sock");
    CheckServer server = start(Optional.of(file), LONG, Duration.ZERO);

    assertThat(check(unix(file))).isEqualTo(403);
    assertThat(check(tcp(server))).isEqualTo(403);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw----");
    server.close();
    assertThat(file).doesNotExist();
  }

  @Test
  void aFileThatIsNoSocketIsNeverReplaced() throws Exception {
    Path file = Files.writeString(directory.resolve("precious"), "text");

    assertThatThrownBy(() -> start(Optional.of(file), LONG, Duration.ZERO))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no socket");
    assertThat(file).hasContent("text");
  }

  @Test
  void healthIsToldForTheServerAndForTheService() throws Exception {
    ManagedChannel channel = tcp(start(Optional.empty(), LONG, Duration.ZERO));

    assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);
    assertThat(health(channel, AuthorizationGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void noRequestFailsWhileHealthSaysThatTheServerEnds() throws Exception {
    CheckServer server = start(Optional.empty(), LONG, Duration.ofSeconds(1));
    ManagedChannel channel = tcp(server);
    ManagedChannel watching = tcp(server);
    assertThat(check(channel)).isEqualTo(403);

    // A client that leaves when health says so, as Envoy does.
    AtomicBoolean leave = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 8; i++) {
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (!leave.get()) {
                        check(channel);
                        answered.incrementAndGet();
                      }
                    } catch (RuntimeException e) {
                      failures.add(e);
                    }
                  }));
    }
    await().until(() -> answered.get() > 50);
    Thread draining =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    server.drain(Duration.ofSeconds(20));
                  } catch (InterruptedException e) {
                    failures.add(e);
                  }
                });
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> health(watching, "") == ServingStatus.NOT_SERVING);
    int before = answered.get();
    await().until(() -> answered.get() > before + 8);
    leave.set(true);
    for (Thread client : clients) {
      client.join();
    }
    draining.join();

    assertThat(failures).isEmpty();
  }

  @Test
  void aConnectionThatIsTooOldEndsWithoutAFailedRequest() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    CheckServer server = start(Optional.empty(), Duration.ofSeconds(1), Duration.ZERO);
    ManagedChannel channel = tcp(server);
    watchConnections(channel, connections);

    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              assertThat(check(channel)).isEqualTo(403);
              return connections.get() >= 2;
            });
  }

  private static void watchConnections(ManagedChannel channel, AtomicInteger left) {
    var state = channel.getState(true);
    channel.notifyWhenStateChanged(
        state,
        () -> {
          if (channel.getState(false) == ConnectivityState.IDLE) {
            left.incrementAndGet();
          }
          watchConnections(channel, left);
        });
  }

  private CheckServer start(Optional<Path> socket, Duration maxAge, Duration drainDelay)
      throws IOException {
    CheckService service =
        new CheckService(
            new DecisionPipeline(
                new Profiles(Map.of(), Map.of()),
                name -> Optional.empty(),
                InstantSource.system(),
                () -> "1",
                trail -> {}),
            Duration.ofSeconds(1),
            InstantSource.system(),
            fault -> {});
    CheckServer server =
        CheckServer.start(
            new CheckServer.Settings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                socket,
                maxAge,
                Duration.ofSeconds(5),
                drainDelay),
            InsecureServerCredentials.create(),
            service,
            new Backlog(Backlog.Settings.unlimited(), System::nanoTime, new MetricRegistry()),
            false);
    server.serving();
    opened.add(server);
    return server;
  }

  private ManagedChannel tcp(CheckServer server) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    opened.add(channel::shutdownNow);
    return channel;
  }

  private ManagedChannel unix(Path file) {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    opened.add(
        () -> {
          var _ = loops.shutdownGracefully();
        });
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(file.toFile()))
            .channelType(EpollDomainSocketChannel.class)
            .eventLoopGroup(loops)
            .usePlaintext()
            .build();
    opened.add(channel::shutdownNow);
    return channel;
  }

  private static int check(ManagedChannel channel) {
    return AuthorizationGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .check(CheckRequest.getDefaultInstance())
        .getDeniedResponse()
        .getStatus()
        .getCodeValue();
  }

  private static ServingStatus health(ManagedChannel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }
}
