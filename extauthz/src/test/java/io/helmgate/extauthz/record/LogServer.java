package io.helmgate.extauthz.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** An HTTP server that takes uploads; it answers with the given statuses first, then with 200. */
public final class LogServer implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Integer> statuses;
  final List<Upload> uploads = new CopyOnWriteArrayList<>();

  /** What came, refused or not. */
  public record Upload(
      String path, String token, String type, String coding, JsonNode body, int status) {}

  public LogServer(Integer... statuses) throws IOException {
    this(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), statuses);
  }

  LogServer(HttpServer server, Integer... statuses) {
    this.server = server;
    this.statuses = new ConcurrentLinkedQueue<>(List.of(statuses));
    server.setExecutor(executor);
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      Integer next = statuses.poll();
      int status = next == null ? 200 : next;
      uploads.add(
          new Upload(
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders().getFirst("authorization"),
              exchange.getRequestHeaders().getFirst("content-type"),
              exchange.getRequestHeaders().getFirst("content-encoding"),
              new ObjectMapper().readTree(new GZIPInputStream(exchange.getRequestBody())),
              status));
      exchange.sendResponseHeaders(status, -1);
    }
  }

  /** What came so far. */
  public List<Upload> uploads() {
    return uploads;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/opa/");
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
