package io.helmgate.deployer.chart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A chart repository that answers as a test tells it. */
final class TestRepository implements AutoCloseable {
  /** Answers one request. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();

  TestRepository() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange);
          try (exchange) {
            answers.getOrDefault(exchange.getRequestURI().getPath(), status(404)).to(exchange);
          }
        });
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/charts");
  }

  void on(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** The paths that were asked for, with what they carried in a header. */
  List<String> requests(String header) {
    List<String> seen = new ArrayList<>();
    requests.forEach(
        exchange ->
            seen.add(
                exchange.getRequestURI().getPath()
                    + " "
                    + exchange.getRequestHeaders().getFirst(header)));
    return seen;
  }

  static Answer status(int code) {
    return exchange -> exchange.sendResponseHeaders(code, -1);
  }

  static Answer redirect(String location) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(302, -1);
    };
  }

  static Answer bytes(byte[] content) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
      exchange.getResponseBody().write(content);
    };
  }

  static Answer text(String content) {
    return bytes(content.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] chart(Path directory, String name, String version) throws IOException {
    Path archive = Files.createTempFile(directory, name, ".tgz");
    try (ArchiveWriter writer = new ArchiveWriter(archive)) {
      writer.file(
          name + "/Chart.yaml",
          "apiVersion: v2\nname: %s\nversion: %s\n"
              .formatted(name, version)
              .getBytes(StandardCharsets.UTF_8));
    }
    try (var out = new ByteArrayOutputStream()) {
      Files.copy(archive, out);
      return out.toByteArray();
    }
  }

  /** An index entry. */
  static String entry(String version, String url, String digest) {
    return """
            - version: %s
              description: A chart of %s
              keywords: [web, "one two"]
              digest: "%s"
              urls: ["%s"]
        """
        .formatted(version, version, digest, url);
  }

  static String index(String name, String... entries) {
    return "apiVersion: v1\nentries:\n  " + name + ":\n" + String.join("", entries);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
