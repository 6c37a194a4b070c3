package io.helmgate.e2e;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.helmgate.sandbox.charts.OciRegistry;
import io.helmgate.sandbox.charts.PrivateRepository;
import io.helmgate.sandbox.charts.RegistryTokenService;
import io.helmgate.sandbox.tls.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Repositories that want a token, a password or a certificate, each with a chart of its own, and
 * some with a chart that they redirect for to another server, which wants nothing.
 */
final class PrivateRepositories {

  static final String TOKENS = "museum";
  static final String PASSWORD = "basic";
  static final String CERTIFICATE = "mutual";
  static final String VERSION = "1.0.0";
  static final String MOVED = "moved-from-";

  private static final String REPOSITORIES = "repos:\n";
  private static final PrivateRepositories SHARED =
      start(Path.of("target", "repositories").toAbsolutePath());

  private final PrivateRepository museum;
  private final PrivateRepository basic;
  private final PrivateRepository mutual;
  private final HttpsServer elsewhere;
  private final List<String> seenElsewhere = new CopyOnWriteArrayList<>();
  private final String configuration;

  private PrivateRepositories(Path directory) throws IOException {
    Files.createDirectories(directory);
    var authority = CertificateAuthority.create("charts", new SecureRandom(), Instant.now());
    var tokens = RegistryTokenService.start(authority, Clock.systemUTC());
    museum = PrivateRepository.withTokens(authority, tokens, Clock.systemUTC());
    basic = PrivateRepository.withPassword(authority);
    mutual = PrivateRepository.withCertificates(authority);
    museum.add("in-" + TOKENS, VERSION, ChartArchives.sound("in-" + TOKENS, VERSION));
    basic.add("in-" + PASSWORD, VERSION, ChartArchives.sound("in-" + PASSWORD, VERSION));
    mutual.add("in-" + CERTIFICATE, VERSION, ChartArchives.sound("in-" + CERTIFICATE, VERSION));
    elsewhere = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.setHttpsConfigurator(
        new HttpsConfigurator(authority.server("elsewhere", "127.0.0.1")));
    elsewhere.start();
    move(museum, MOVED + TOKENS);
    move(basic, MOVED + PASSWORD);
    var ca = authority.write(directory.resolve("ca.crt"));
    var pair = authority.issue(directory, "deployer", "deployer.helmgate.internal");
    var login = "username: %s\n    password: %s".formatted(OciRegistry.USER, OciRegistry.PASSWORD);
    configuration =
        entry(
                TOKENS,
                museum.url(),
                ca,
                "token_service: {url: \"%s\", username: %s, password: %s}"
                    .formatted(tokens.realm(), OciRegistry.USER, OciRegistry.PASSWORD))
            + entry(PASSWORD, basic.url(), ca, login)
            + entry(
                CERTIFICATE,
                mutual.url(),
                ca,
                "certFile: %s\n    keyFile: %s".formatted(pair.certificate(), pair.key()));
  }

  /** Those that the shared deployer knows. */
  static PrivateRepositories shared() {
    return SHARED;
  }

  private static PrivateRepositories start(Path directory) {
    try {
      return new PrivateRepositories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String entry(String name, URI url, Path ca, String access) {
    return """
      - name: %s
        url: %s
        caFile: %s
        allow_private: true
        allowed_hosts: ["127.0.0.1:%d"]
        %s
    """
        .formatted(name, url, ca, elsewhere.getAddress().getPort(), access);
  }

  /** What the redirected requests carried as authorization, "null" for nothing. */
  List<String> seenElsewhere() {
    return seenElsewhere;
  }

  int refused(String repository) {
    return switch (repository) {
      case TOKENS -> museum.refused();
      case PASSWORD -> basic.refused();
      default -> mutual.refused();
    };
  }

  /** The configuration of the services with these repositories. */
  String addedTo(String services) {
    if (!services.contains(REPOSITORIES)) {
      throw new IllegalStateException("the sandbox's configuration has another form");
    }
    return services.replace(REPOSITORIES, REPOSITORIES + configuration);
  }

  /** Offers a chart in a repository that redirects for it. */
  private void move(PrivateRepository repository, String chart) {
    var archive = ChartArchives.sound(chart, VERSION);
    var location =
        URI.create("https://127.0.0.1:%d/%s".formatted(elsewhere.getAddress().getPort(), chart));
    repository.addMoved(chart, VERSION, archive, location);
    elsewhere.createContext(
        location.getPath(),
        exchange -> {
          try (exchange) {
            seenElsewhere.add(
                String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
            exchange.sendResponseHeaders(200, archive.length);
            exchange.getResponseBody().write(archive);
          }
        });
  }
}
