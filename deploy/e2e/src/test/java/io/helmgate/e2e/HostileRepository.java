package io.helmgate.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of four repositories, each of which tries something. */
final class HostileRepository implements AutoCloseable {

  static final String BOMB = "bomb";
  static final String CLIMBING = "climbing";
  static final String REDIRECTING = "redirecting";
  static final String ENDLESS = "endless";
  static final String VERSION = "1.0.0";

  /** The name of what must appear nowhere. */
  static final String CLIMBED = "climbed-out";

  private static final int UNPACKED = 200 << 20;
  private static final String REPOSITORIES = "repos:\n";
  private static final String CACHE = "    cache_dir:";

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  HostileRepository() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(executor);
    chart(BOMB, ChartArchives.with(BOMB, VERSION, BOMB + "/values.yaml", new byte[UNPACKED]));
    chart(
        CLIMBING,
        ChartArchives.with(
            CLIMBING,
            VERSION,
            CLIMBING + "/../../" + CLIMBED,
            CLIMBED.getBytes(StandardCharsets.UTF_8)));
    on(
        REDIRECTING + "/index.yaml",
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("Location", "http://169.254.169.254/latest/meta-data/iam/");
          exchange.sendResponseHeaders(302, -1);
        });
    on(ENDLESS + "/index.yaml", HostileRepository::withoutEnd);
    server.start();
  }

  private void chart(String name, byte[] archive) {
    var index =
        """
        apiVersion: v1
        entries:
          %s:
          - {name: %s, version: %s, digest: "%s", urls: [%s.tgz]}
        """
            .formatted(name, name, VERSION, ChartArchives.digest(archive), name);
    on(name + "/index.yaml", bytes(index.getBytes(StandardCharsets.UTF_8)));
    on(name + "/" + name + ".tgz", bytes(archive));
  }

  private void on(String path, HttpHandler handler) {
    server.createContext(
        "/" + path,
        exchange -> {
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private static HttpHandler bytes(byte[] content) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    };
  }

  /** Until nobody reads any more. */
  private static void withoutEnd(HttpExchange exchange) throws IOException {
    var comment = new byte[1 << 16];
    Arrays.fill(comment, (byte) '#');
    exchange.sendResponseHeaders(200, 0);
    while (true) {
      exchange.getResponseBody().write(comment);
    }
  }

  /** The configuration of the services with these repositories, and a small bound for indexes. */
  String addedTo(String configuration) {
    if (!configuration.contains(REPOSITORIES) || !configuration.contains(CACHE)) {
      throw new IllegalStateException("the sandbox's configuration has another form");
    }
    var entries = new StringBuilder(REPOSITORIES);
    for (var name : List.of(BOMB, CLIMBING, REDIRECTING, ENDLESS)) {
      entries.append(
          """
            - name: %s
              url: http://127.0.0.1:%d/%s
              allow_private: true
              allowed_hosts: [169.254.169.254]
          """
              .formatted(name, server.getAddress().getPort(), name));
    }
    return configuration
        .replace(REPOSITORIES, entries)
        .replace(CACHE, "    max_index_size: 1MiB\n" + CACHE);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
