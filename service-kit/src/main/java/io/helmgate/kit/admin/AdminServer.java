package io.helmgate.kit.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The admin port: {@code GET /metrics} (Prometheus text, JVM included), {@code /healthz} (the
 * process answers), {@code /readyz} (200 or 503, one line for each condition), {@code /version};
 * behind a switch also what {@link DebugPages} has.
 */
public final class AdminServer implements AutoCloseable {

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";

  /** What one path answers. */
  @SuppressWarnings("ArrayRecordComponent") // Written once, never compared.
  record Answer(int status, String contentType, byte[] body) {

    static Answer text(int status, String text) {
      return new Answer(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @FunctionalInterface
  private interface Page {
    Answer answer(String query) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final PrometheusRegistry prometheus = new PrometheusRegistry();
  private final Readiness readiness;
  private final Map<String, Page> pages = new ConcurrentSkipListMap<>();

  private AdminServer(
      HttpServer server, ServiceMetrics metrics, Readiness readiness, String version) {
    this.server = server;
    this.readiness = readiness;
    prometheus.register(new TaggedMetrics(metrics));
    JvmMetrics.builder().register(prometheus);
    pages.put("/metrics", _ -> metrics());
    pages.put("/healthz", _ -> Answer.text(OK, "ok\n"));
    pages.put("/readyz", _ -> readiness());
    pages.put("/version", _ -> Answer.text(OK, version + "\n"));
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
      InetSocketAddress address, ServiceMetrics metrics, Readiness readiness, String version)
      throws IOException {
    return start(address, metrics, readiness, version, false);
  }

  /**
   * Opens the port.
   *
   * @param debug whether {@code /debug/threads}, {@code /debug/heap} and {@code
   *     /debug/jfr?seconds=N} are served too: they cost time and tell what the code does
   */
  public static AdminServer start(
      InetSocketAddress address,
      ServiceMetrics metrics,
      Readiness readiness,
      String version,
      boolean debug)
      throws IOException {
    var admin = new AdminServer(HttpServer.create(address, 0), metrics, readiness, version);
    if (debug) {
      var virtualMachine = new DebugPages();
      admin.pages.put("/debug/threads", _ -> virtualMachine.threads());
      admin.pages.put("/debug/heap", _ -> virtualMachine.heap());
      admin.pages.put("/debug/jfr", virtualMachine::record);
    }
    admin.server.start();
    return admin;
  }

  /**
   * Serves a page of a service.
   *
   * @param path such as {@code /keys}
   * @param json the page's content, made anew for each request; without secrets
   */
  public void page(String path, Supplier<String> json) {
    pages.put(
        path, _ -> new Answer(OK, "application/json", json.get().getBytes(StandardCharsets.UTF_8)));
  }

  /** The port that is open. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Closes the port; what is being answered, such as a recording, is broken off. */
  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
    executor.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var answer = answer(exchange);
      exchange.getResponseHeaders().set("content-type", answer.contentType());
      exchange.sendResponseHeaders(answer.status(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    var page = pages.get(exchange.getRequestURI().getPath());
    if (page == null) {
      return Answer.text(NOT_FOUND, "expected one of " + pages.keySet() + "\n");
    }
    if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("allow", "GET");
      return Answer.text(METHOD_NOT_ALLOWED, "expected GET\n");
    }
    try {
      return page.answer(String.valueOf(exchange.getRequestURI().getRawQuery()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.text(UNAVAILABLE, "closing\n");
    }
  }

  private Answer metrics() throws IOException {
    var text = new ByteArrayOutputStream();
    var writer = PrometheusTextFormatWriter.create();
    writer.write(text, prometheus.scrape());
    return new Answer(OK, writer.getContentType(), text.toByteArray());
  }

  private Answer readiness() {
    var text = new StringBuilder();
    readiness.describe(line -> text.append(line).append('\n'));
    return Answer.text(readiness.isReady() ? OK : UNAVAILABLE, text.toString());
  }
}
