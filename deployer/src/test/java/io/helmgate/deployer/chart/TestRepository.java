package io.helmgate.deployer.chart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.helmgate.deployer.catalog.ProvenancePolicy;
import io.helmgate.deployer.chart.RepositorySettings.Login;
import io.helmgate.deployer.chart.RepositorySettings.Reach;
import io.helmgate.deployer.chart.RepositorySettings.Signatures;
import io.helmgate.deployer.chart.RepositorySettings.Tls;
import io.helmgate.deployer.chart.RepositorySettings.TokenService;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A chart repository that answers as a test tells it. */
public final class TestRepository implements AutoCloseable {
  /** Answers one request. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final String scheme;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();

  public TestRepository() throws IOException {
    this(HttpServer.create(), "http");
  }

  /** Behind TLS; only for those who show a certificate, when {@code mutual}. */
  static TestRepository secure(SSLContext tls, boolean mutual) throws IOException {
    HttpsServer server = HttpsServer.create();
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters own = tls.getDefaultSSLParameters();
            own.setNeedClientAuth(mutual);
            parameters.setSSLParameters(own);
          }
        });
    return new TestRepository(server, "https");
  }

  private TestRepository(HttpServer unbound, String scheme) throws IOException {
    this.server = unbound;
    this.scheme = scheme;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
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

  /** A repository that is open to all, on this machine. */
  public static RepositorySettings settings(String name, URI url) {
    return settings(name, url, Optional.empty(), Optional.empty());
  }

  static RepositorySettings settings(
      String name, URI url, Optional<Login> login, Optional<TokenService> tokenService) {
    return new RepositorySettings(
        name,
        url,
        login,
        new Tls(Optional.empty(), Optional.empty(), false),
        new Reach(true, Set.of(), false),
        tokenService,
        List.of(),
        new Signatures(ProvenancePolicy.OFF, Optional.empty()));
  }

  public URI url() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/charts");
  }

  public void on(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** The paths that were asked for, with what they carried in a header. */
  public List<String> requests(String header) {
    List<String> seen = new ArrayList<>();
    requests.forEach(
        exchange ->
            seen.add(
                exchange.getRequestURI().getPath()
                    + " "
                    + exchange.getRequestHeaders().getFirst(header)));
    return seen;
  }

  public static Answer status(int code) {
    return exchange -> exchange.sendResponseHeaders(code, -1);
  }

  public static Answer redirect(String location) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(302, -1);
    };
  }

  public static Answer bytes(byte[] content) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
      exchange.getResponseBody().write(content);
    };
  }

  public static Answer text(String content) {
    return bytes(content.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] chart(Path directory, String name, String version) throws IOException {
    return archive(
        directory,
        Map.of(
            name + "/Chart.yaml",
            "apiVersion: v2\nname: %s\nversion: %s\n".formatted(name, version)));
  }

  /** An archive of files. */
  public static byte[] archive(Path directory, Map<String, String> files) throws IOException {
    Path archive = Files.createTempFile(directory, "chart", ".tgz");
    try (ArchiveWriter writer = new ArchiveWriter(archive)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        writer.file(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return Files.readAllBytes(archive);
  }

  /** An archive's SHA-256, in hexadecimal. */
  public static String digest(byte[] archive) {
    return ArchiveCache.digest(archive);
  }

  /** An index entry. */
  public static String entry(String version, String url, String digest) {
    return """
            - version: %s
              description: A chart of %s
              keywords: [web, "one two"]
              digest: "%s"
              urls: ["%s"]
        """
        .formatted(version, version, digest, url);
  }

  public static String index(String name, String... entries) {
    return "apiVersion: v1\nentries:\n  " + name + ":\n" + String.join("", entries);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
