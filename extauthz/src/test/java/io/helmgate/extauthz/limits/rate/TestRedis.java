package io.helmgate.extauthz.limits.rate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import redis.embedded.RedisServer;

/** A real Redis on a loopback port, which may be stopped and started again. */
public final class TestRedis implements AutoCloseable {

  private final int port;
  private final String password;
  private RedisServer server;

  private TestRedis(int port, String password) {
    this.port = port;
    this.password = password;
    this.server = launch();
  }

  /** Starts one that wants a password. */
  public static TestRedis start(String password) {
    return new TestRedis(freePort(), password);
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RedisServer launch() {
    try {
      RedisServer redis =
          RedisServer.newRedisServer()
              .port(port)
              .setting("bind 127.0.0.1")
              .setting("save \"\"")
              .setting("requirepass " + password)
              .build();
      redis.start();
      return redis;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  public void stop() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void startAgain() {
    server = launch();
  }

  @Override
  public void close() {
    stop();
  }
}
