package io.helmgate.sandbox.charts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.helmgate.sandbox.tls.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives tokens for an {@link OciRegistry} to who has the password, as Docker's authorization
 * service does: RS256, good for a minute, with what may be done in the claim {@code access}.
 */
public final class RegistryTokenService implements AutoCloseable {
  static final String ISSUER = "tokens";
  static final String AUDIENCE = "charts";
  private static final String PATH = "/token";
  private static final int SECONDS = 60;

  private final Clock clock;
  private final RSAKey key;
  private final HttpsServer server;
  private final AtomicInteger given = new AtomicInteger();

  private RegistryTokenService(Clock clock, RSAKey key, HttpsServer server) {
    this.clock = clock;
    this.key = key;
    this.server = server;
  }

  /**
   * One on loopback, with a key of its own.
   *
   * @param authority signs its certificate
   */
  public static RegistryTokenService start(CertificateAuthority authority, Clock clock)
      throws IOException {
    try {
      RegistryTokenService service =
          new RegistryTokenService(
              clock,
              new RSAKeyGenerator(2048).keyID("one").generate(),
              HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
      service.server.setHttpsConfigurator(
          new HttpsConfigurator(authority.server("tokens", "127.0.0.1")));
      service.server.createContext(PATH, service::answer);
      service.server.start();
      return service;
    } catch (JOSEException e) {
      throw new IllegalStateException("every platform has RSA", e);
    }
  }

  /** Where tokens are asked for. */
  public URI realm() {
    return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + PATH);
  }

  /** How many tokens it has given. */
  public int given() {
    return given.get();
  }

  String jwks() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String login = OciRegistry.USER + ":" + OciRegistry.PASSWORD;
    String basic = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
    if (!exchange.getRequestMethod().equals("GET")) {
      answer(exchange, 405, "");
    } else if (!basic.equals(exchange.getRequestHeaders().getFirst("authorization"))) {
      answer(exchange, 401, "");
    } else {
      String token = token(String.valueOf(exchange.getRequestURI().getRawQuery()));
      given.incrementAndGet();
      answer(exchange, 200, "{\"token\": \"%s\", \"expires_in\": %d}".formatted(token, SECONDS));
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** For what the scopes of a query ask. */
  private String token(String query) {
    List<Map<String, Object>> access = new ArrayList<>();
    for (String parameter : query.split("&", -1)) {
      String[] parts = URLDecoder.decode(parameter, UTF_8).split("[=:]", -1);
      if (parts[0].equals("scope") && parts.length == 4) {
        access.add(
            Map.of(
                "type", parts[1], "name", parts[2], "actions", List.of(parts[3].split(",", -1))));
      }
    }
    Instant now = clock.instant();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(OciRegistry.USER)
                .audience(AUDIENCE)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(SECONDS)))
                .claim("access", access)
                .build());
    try {
      token.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("its own key signs", e);
    }
    return token.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
