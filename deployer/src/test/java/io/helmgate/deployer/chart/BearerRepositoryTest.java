package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import io.helmgate.deployer.chart.RepositorySettings.Login;
import io.helmgate.deployer.chart.RepositorySettings.TokenService;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.kit.assertion.MutableClock;
import io.helmgate.kit.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A repository that verifies bearer tokens as ChartMuseum does (RS256, claim {@code access}), and
 * the services that sign them: ChartMuseum's example and Docker's.
 */
final class BearerRepositoryTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final RSAKey KEY = key();
  private static final Map<String, Object> PULL =
      Map.of("type", "artifact-repository", "name", "org1/repo1", "actions", List.of("pull"));

  private final MutableClock clock = new MutableClock();
  private TestRepository repository;
  private TestRepository service;

  @BeforeEach
  void serve() throws IOException {
    repository = new TestRepository();
    service = new TestRepository();
    repository.on("/charts/index.yaml", exchange -> answer(exchange, realm(service)));
    service.on("/oauth/token", exchange -> give(exchange, "Bearer MASTERKEY", "POST"));
  }

  @AfterEach
  void stop() {
    repository.close();
    service.close();
  }

  @Test
  void aTokenOfTheConfiguredServiceOpensItAndIsKept() {
    RepositoryClient client = client(Optional.of(masterKey()));

    assertThat(index(client)).isInstanceOf(Outcome.Success.class);
    assertThat(index(client)).isInstanceOf(Outcome.Success.class);
    assertThat(service.requests("authorization")).containsExactly("/oauth/token Bearer MASTERKEY");
    assertThat(repository.requests("authorization"))
        .noneMatch(request -> request.contains("MASTERKEY"));

    clock.advance(Duration.ofSeconds(280));
    assertThat(index(client)).isInstanceOf(Outcome.Success.class);
    assertThat(service.requests("authorization")).as("renewed before it ends").hasSize(2);
  }

  @Test
  void aServiceThatSpeaksAsDockersIsAskedByGetWithBasicAuthentication() {
    String basic =
        "Basic "
            + Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
    service.on("/oauth/token", exchange -> give(exchange, basic, "GET"));
    TokenService docker =
        new TokenService(realm(service), Optional.of(new Login("ann", "secret")), Optional.empty());

    assertThat(index(client(Optional.of(docker)))).isInstanceOf(Outcome.Success.class);
  }

  @Test
  void anotherServiceThanTheConfiguredOneGetsNoCredentials() throws IOException {
    try (TestRepository thief = new TestRepository()) {
      thief.on("/oauth/token", exchange -> give(exchange, "Bearer MASTERKEY", "POST"));
      repository.on("/charts/index.yaml", exchange -> answer(exchange, realm(thief)));

      assertFailure(index(client(Optional.of(masterKey()))), Reason.PERMISSION_DENIED);
      assertFailure(index(client(Optional.empty())), Reason.PERMISSION_DENIED);
      assertThat(thief.requests("authorization")).isEmpty();
    }
  }

  @Test
  void withoutAConfiguredServiceTheRepositorysOwnHostIsAskedWithItsLogin() {
    repository.on("/charts/index.yaml", exchange -> answer(exchange, realm(repository)));
    String basic =
        "Basic "
            + Base64.getEncoder().encodeToString("reader:hush".getBytes(StandardCharsets.UTF_8));
    repository.on("/oauth/token", exchange -> give(exchange, basic, "POST"));

    assertThat(index(client(Optional.empty()))).isInstanceOf(Outcome.Success.class);
  }

  @Test
  void aTokenThatIsRefusedIsNotAskedForAgainAndAgain() {
    service.on(
        "/oauth/token",
        exchange -> TestRepository.text("{\"access_token\":\"e30.e30.x\"}").to(exchange));

    assertFailure(index(client(Optional.of(masterKey()))), Reason.PERMISSION_DENIED);
    assertThat(service.requests("authorization")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"token\":\"a b\"}", "{\"token\":{}}", "<html>"})
  void anOddReplyOfTheServiceIsAFailureOfItsOwn(String reply) {
    service.on("/oauth/token", exchange -> TestRepository.text(reply).to(exchange));

    assertThat(index(client(Optional.of(masterKey())))).isInstanceOf(Outcome.Failure.class);
  }

  @Test
  void wrongCredentialsForTheServiceAreToldApartFromAnOutage() {
    service.on("/oauth/token", TestRepository.status(401));
    assertFailure(index(client(Optional.of(masterKey()))), Reason.PERMISSION_DENIED);

    service.on("/oauth/token", TestRepository.status(503));
    assertFailure(index(client(Optional.of(masterKey()))), Reason.UNAVAILABLE);
  }

  private TokenService masterKey() {
    return new TokenService(realm(service), Optional.empty(), Optional.of(Secret.of("MASTERKEY")));
  }

  private RepositoryClient client(Optional<TokenService> tokenService) {
    RepositorySettings settings =
        TestRepository.settings(
            "test",
            repository.url(),
            tokenService.isEmpty() ? Optional.of(new Login("reader", "hush")) : Optional.empty(),
            tokenService);
    try {
      return new RepositoryClient(settings, clock);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Outcome<RepositoryClient.Download> index(RepositoryClient client) {
    var url = client.root().newBuilder().addPathSegment("index.yaml").build();
    return client.get(new RepositoryClient.Wanted(url, Map.of(), 1 << 20), TIMEOUT);
  }

  private static void assertFailure(Outcome<?> outcome, Reason reason) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(reason);
              assertThat(failure.message()).doesNotContain("MASTERKEY", "hush");
            });
  }

  /** Gives the index to whom the token allows it, else ChartMuseum's challenge. */
  private void answer(HttpExchange exchange, URI realm) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("authorization");
    if (authorization != null && allows(authorization.replaceFirst("^Bearer ", ""))) {
      TestRepository.text("apiVersion: v1\nentries: {}\n").to(exchange);
      return;
    }
    exchange
        .getResponseHeaders()
        .set(
            "WWW-Authenticate",
            "Bearer realm=\"%s\",service=\"charts\",scope=\"artifact-repository:org1/repo1:pull\""
                .formatted(realm));
    TestRepository.status(401).to(exchange);
  }

  private boolean allows(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      return jwt.verify(new RSASSAVerifier(KEY.toRSAPublicKey()))
          && clock.instant().isBefore(jwt.getJWTClaimsSet().getExpirationTime().toInstant())
          && jwt.getJWTClaimsSet().getListClaim("access").contains(PULL);
    } catch (ParseException | JOSEException e) {
      return false;
    }
  }

  /** Gives a token for what the query asks, as ChartMuseum's example does, for five minutes. */
  private void give(HttpExchange exchange, String credentials, String method) throws IOException {
    if (!exchange.getRequestMethod().equals(method)) {
      TestRepository.status(405).to(exchange);
      return;
    }
    Map<String, String> query = query(exchange.getRequestURI());
    String[] scope = query.getOrDefault("scope", "").split(":", -1);
    boolean grant =
        method.equals("GET") || query.getOrDefault("grant_type", "").equals("client_credentials");
    if (!credentials.equals(exchange.getRequestHeaders().getFirst("authorization"))
        || !grant
        || scope.length != 3
        || !query.getOrDefault("service", "").equals("charts")) {
      TestRepository.status(401).to(exchange);
      return;
    }
    TestRepository.text("{\"access_token\":\"" + token(scope) + "\"}").to(exchange);
  }

  private String token(String[] scope) {
    Map<String, Object> access =
        Map.of("type", scope[0], "name", scope[1], "actions", List.of(scope[2].split(",", -1)));
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.RS256),
            new JWTClaimsSet.Builder()
                .claim("access", List.of(access))
                .expirationTime(Date.from(clock.instant().plusSeconds(300)))
                .build());
    try {
      jwt.sign(new RSASSASigner(KEY));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return jwt.serialize();
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new TreeMap<>();
    for (String pair : uri.getRawQuery().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private static URI realm(TestRepository server) {
    return server.url().resolve("/oauth/token");
  }

  private static RSAKey key() {
    try {
      return new RSAKeyGenerator(2048).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
