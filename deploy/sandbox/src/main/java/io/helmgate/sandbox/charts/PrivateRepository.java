package io.helmgate.sandbox.charts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.helmgate.sandbox.tls.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A chart repository behind TLS for those only whom it knows: by a token, as ChartMuseum does with
 * bearer authentication, by a password, or by a certificate.
 */
public final class PrivateRepository implements AutoCloseable {
  private static final String ROOT = "/charts/";
  private static final Map<String, Object> PULL =
      Map.of("type", "artifact-repository", "name", "charts", "actions", List.of("pull"));

  private final HttpsServer server;
  private final Predicate<HttpExchange> known;
  private final String challenge;
  private final Map<String, byte[]> archives = new ConcurrentHashMap<>();
  private final Map<String, URI> moved = new ConcurrentHashMap<>();
  private final Map<String, String> entries = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();

  private PrivateRepository(
      CertificateAuthority authority,
      boolean certificates,
      Predicate<HttpExchange> known,
      String challenge)
      throws IOException {
    this.known = known;
    this.challenge = challenge;
    this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext tls = authority.server("charts", "127.0.0.1");
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters own = tls.getDefaultSSLParameters();
            own.setNeedClientAuth(certificates);
            parameters.setSSLParameters(own);
          }
        });
    server.createContext("/", this::answer);
    server.start();
  }

  /** One that asks for tokens of a service, and verifies them with its public key. */
  public static PrivateRepository withTokens(
      CertificateAuthority authority, RegistryTokenService tokens, Clock clock) throws IOException {
    return new PrivateRepository(
        authority,
        false,
        exchange -> bearer(exchange).filter(token -> allows(token, tokens, clock)).isPresent(),
        "Bearer realm=\"%s\",service=\"%s\",scope=\"artifact-repository:charts:pull\""
            .formatted(tokens.realm(), RegistryTokenService.AUDIENCE));
  }

  /** One that asks for {@link OciRegistry#USER} and {@link OciRegistry#PASSWORD}. */
  public static PrivateRepository withPassword(CertificateAuthority authority) throws IOException {
    String login = OciRegistry.USER + ":" + OciRegistry.PASSWORD;
    String basic = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
    return new PrivateRepository(
        authority,
        false,
        exchange -> basic.equals(exchange.getRequestHeaders().getFirst("authorization")),
        "Basic realm=\"charts\"");
  }

  /** One that lets in who has a certificate of the same authority. */
  public static PrivateRepository withCertificates(CertificateAuthority authority)
      throws IOException {
    return new PrivateRepository(authority, true, _ -> true, "");
  }

  public URI url() {
    return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/charts");
  }

  /** How many requests it has refused. */
  public int refused() {
    return refused.get();
  }

  /** Offers an archive. */
  public void add(String name, String version, byte[] archive) {
    archives.put(ROOT + file(name, version), archive);
    enter(name, version, archive);
  }

  /** Offers an archive that is to be found elsewhere, to where its URL redirects. */
  public void addMoved(String name, String version, byte[] archive, URI location) {
    moved.put(ROOT + file(name, version), location);
    enter(name, version, archive);
  }

  private void enter(String name, String version, byte[] archive) {
    entries.put(
        name,
        "  %s:\n  - {name: %s, version: %s, digest: \"%s\", urls: [%s]}\n"
            .formatted(name, name, version, sha256(archive), file(name, version)));
  }

  private static String file(String name, String version) {
    return name + "-" + version + ".tgz";
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    URI location = moved.get(path);
    if (!known.test(exchange)) {
      refused.incrementAndGet();
      exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
      answer(exchange, 401, new byte[0]);
    } else if (location != null) {
      exchange.getResponseHeaders().set("Location", location.toString());
      answer(exchange, 302, new byte[0]);
    } else if (path.equals(ROOT + "index.yaml")) {
      String index = "apiVersion: v1\nentries:\n" + String.join("", entries.values());
      answer(exchange, 200, index.getBytes(UTF_8));
    } else if (archives.containsKey(path)) {
      answer(exchange, 200, archives.get(path));
    } else {
      answer(exchange, 404, new byte[0]);
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static Optional<String> bearer(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("authorization"))
        .filter(value -> value.startsWith("Bearer "))
        .map(value -> value.substring("Bearer ".length()));
  }

  private static boolean allows(String token, RegistryTokenService tokens, Clock clock) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      var claims = jwt.getJWTClaimsSet();
      var key = JWKSet.parse(tokens.jwks()).getKeyByKeyId(jwt.getHeader().getKeyID());
      return key != null
          && jwt.verify(new RSASSAVerifier(key.toRSAKey()))
          && RegistryTokenService.ISSUER.equals(claims.getIssuer())
          && claims.getAudience().contains(RegistryTokenService.AUDIENCE)
          && clock.instant().isBefore(claims.getExpirationTime().toInstant())
          && claims.getListClaim("access").contains(PULL);
    } catch (ParseException | JOSEException e) {
      return false;
    }
  }

  private static String sha256(byte[] archive) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
