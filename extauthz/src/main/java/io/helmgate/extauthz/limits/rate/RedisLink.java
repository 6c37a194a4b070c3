package io.helmgate.extauthz.limits.rate;

import io.github.bucket4j.TimeMeter;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to Redis. After one failure requests no longer wait for Redis: a thread of its own
 * connects again, and only a connection that answers is given to requests.
 */
final class RedisLink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private final RedisSettings settings;
  private final int maxBuckets;
  private final TimeMeter clock;
  private final Consumer<Boolean> observer;
  private final ClientResources resources;
  private final RedisClient client;
  private final ScheduledExecutorService timer;
  private final AtomicReference<@Nullable RedisBuckets> current = new AtomicReference<>();
  private boolean reported;

  /** Makes a link; the observer is told whether Redis answers. */
  private RedisLink(
      RedisSettings settings, int maxBuckets, TimeMeter clock, Consumer<Boolean> observer) {
    this.settings = settings;
    this.maxBuckets = maxBuckets;
    this.clock = clock;
    this.observer = observer;
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
            .build();
    this.client = RedisClient.create(resources, uri(settings));
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("redis-link").daemon().factory());
  }

  /** Tries to connect once, then goes on in the background. */
  static RedisLink start(
      RedisSettings settings, int maxBuckets, TimeMeter clock, Consumer<Boolean> observer) {
    RedisLink link = new RedisLink(settings, maxBuckets, clock, observer);
    link.look();
    long interval = settings.retryInterval().toNanos();
    var _ = link.timer.scheduleWithFixedDelay(link::look, interval, interval, TimeUnit.NANOSECONDS);
    return link;
  }

  private static RedisURI uri(RedisSettings settings) {
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(settings.host())
            .withPort(settings.port())
            .withDatabase(settings.database())
            .withSsl(settings.tls())
            .withVerifyPeer(settings.tls() ? SslVerifyMode.FULL : SslVerifyMode.NONE)
            .withTimeout(settings.timeout());
    if (!settings.password().isEmpty()) {
      char[] password = settings.password().reveal().toCharArray();
      if (settings.username().isEmpty()) {
        uri.withPassword(password);
      } else {
        uri.withAuthentication(settings.username(), password);
      }
    }
    return uri.build();
  }

  private ClientOptions options() {
    ClientOptions.Builder options =
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(settings.timeout())
                    .keepAlive(true)
                    .tcpNoDelay(true)
                    .build());
    Optional<Path> ca = settings.caFile();
    // Read at each connection, so that a new file needs no restart.
    ca.ifPresent(
        file ->
            options.sslOptions(
                SslOptions.builder().jdkSslProvider().trustManager(file.toFile()).build()));
    return options.build();
  }

  /** The buckets in Redis; empty while it does not answer. */
  Optional<RedisBuckets> buckets() {
    return Optional.ofNullable(current.get());
  }

  /** A request had no answer: nobody waits for these buckets any more. */
  void failed(RedisBuckets buckets, RedisBuckets.NoAnswerException problem) {
    if (current.compareAndSet(buckets, null)) {
      log.warn("Redis at {}:{} {}", settings.host(), settings.port(), problem.getMessage());
      var _ = buckets.connection().closeAsync();
      timer.execute(this::look);
    }
  }

  /** Sees after the connection; on the timer's thread only, but for the first time. */
  private void look() {
    RedisBuckets buckets = current.get();
    try {
      if (buckets == null) {
        current.set(connect());
      } else {
        ping(buckets.connection());
      }
      report(true, "");
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      // The edge of this thread: whatever is wrong with Redis, it is tried again.
      if (buckets != null && current.compareAndSet(buckets, null)) {
        var _ = buckets.connection().closeAsync();
      }
      report(false, e instanceof ExecutionException ? String.valueOf(e.getCause()) : e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(boolean answers, String problem) {
    if (answers && !reported) {
      log.info("Redis at {}:{} answers: limits are shared", settings.host(), settings.port());
    } else if (!answers && reported) {
      log.warn(
          "Redis at {}:{} does not answer, each replica counts alone: {}",
          settings.host(),
          settings.port(),
          problem);
    }
    reported = answers;
    observer.accept(answers);
  }

  private RedisBuckets connect() throws ExecutionException, InterruptedException, TimeoutException {
    client.setOptions(options());
    var connecting = client.connectAsync(ByteArrayCodec.INSTANCE, uri(settings));
    StatefulRedisConnection<byte[], byte[]> connection;
    try {
      // Host name, TCP, TLS and log-in, none of which a request waits for.
      connection = connecting.get(4 * settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      var _ = connecting.thenCompose(StatefulRedisConnection::closeAsync);
      throw e;
    }
    try {
      ping(connection);
    } catch (ExecutionException | TimeoutException e) {
      var _ = connection.closeAsync();
      throw e;
    }
    return new RedisBuckets(connection, settings.timeout(), maxBuckets, clock);
  }

  private void ping(StatefulRedisConnection<byte[], byte[]> connection)
      throws ExecutionException, InterruptedException, TimeoutException {
    connection.async().ping().get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
