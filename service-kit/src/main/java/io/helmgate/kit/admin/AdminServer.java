package io.helmgate.kit.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dropwizard.metrics5.MetricRegistry;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The admin port: {@code GET /metrics} (Prometheus text, JVM included), {@code /healthz} (the
 * process answers), {@code /readyz} (200 or 503, one line for each condition), {@code /version}.
 */
public final class AdminServer implements AutoCloseable {

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";

  /** What one path answers. */
  private record Answer(int status, String contentType, String body) {}

  @FunctionalInterface
  private interface Page {
    Answer answer() throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final PrometheusRegistry prometheus = new PrometheusRegistry();
  private final Readiness readiness;
  private final Map<String, Page> pages = new TreeMap<>();

  private AdminServer(
      HttpServer server, MetricRegistry metrics, Readiness readiness, String version) {
    this.server = server;
    this.readiness = readiness;
    prometheus.register(new TaggedMetrics(metrics));
    JvmMetrics.builder().register(prometheus);
    pages.put("/metrics", this::metrics);
    pages.put("/healthz", () -> new Answer(OK, TEXT, "ok\n"));
    pages.put("/readyz", this::readiness);
    pages.put("/version", () -> new Answer(OK, TEXT, version + "\n"));
    server.setExecutor(executor);
    server.createContext("/", this::handle);
  }

  /**
   * Opens the port.
   *
   * @param address with port 0 for any free one
   * @throws IOException when the port cannot be opened
   */
  public static AdminServer start(
      InetSocketAddress address, MetricRegistry metrics, Readiness readiness, String version)
      throws IOException {
    var admin = new AdminServer(HttpServer.create(address, 0), metrics, readiness, version);
    admin.server.start();
    return admin;
  }

  /** The port that is open. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var answer = answer(exchange);
      var body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", answer.contentType());
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    var page = pages.get(exchange.getRequestURI().getPath());
    if (page == null) {
      return new Answer(NOT_FOUND, TEXT, "expected one of " + pages.keySet() + "\n");
    }
    if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("allow", "GET");
      return new Answer(METHOD_NOT_ALLOWED, TEXT, "expected GET\n");
    }
    return page.answer();
  }

  private Answer metrics() throws IOException {
    var text = new ByteArrayOutputStream();
    var writer = PrometheusTextFormatWriter.create();
    writer.write(text, prometheus.scrape());
    return new Answer(OK, writer.getContentType(), text.toString(StandardCharsets.UTF_8));
  }

  private Answer readiness() {
    var text = new StringBuilder();
    readiness.describe(line -> text.append(line).append('\n'));
    return new Answer(readiness.isReady() ? OK : UNAVAILABLE, TEXT, text.toString());
  }
}
