package io.helmgate.extauthz.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.gateway.Gateway.Reply;
import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.token.TestKeys;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pasted kgateway document that uses every field of its JWT block, through a real Envoy. */
final class GatewayExtensionIT {

  private static final String DOCUMENT =
      """
      authentication:
        gatewayExtension:
          apiVersion: gateway.kgateway.dev/v1alpha1
          kind: GatewayExtension
          metadata: {name: jwt, namespace: team-a}
          spec:
            type: JWT
            jwt:
              validationMode: MODE
              providers:
              - name: remote
                issuer: https://id.example.com
                audiences: [helmgate, other]
                tokenSource:
                  header: {header: x-token, prefix: "JWT "}
                claimsToHeaders:
                - {name: org.team, header: x-team}
                - {name: level, header: x-level}
                jwks:
                  remote:
                    url: JWKS
                    backendRef: {name: id, port: 443}
                    cacheDuration: 1m
                    asyncFetch: {fastListener: true, failedRefetchDuration: 1s}
                    retryPolicy: {numRetries: 2, backOff: {baseInterval: 10ms, maxInterval: 50ms}}
              - name: local
                issuer: https://local.example.com
                tokenSource: {queryParameter: jwt}
                forwardToken: true
                jwks:
                  local:
                    inline: |
                      PEM
      """;

  private static final AtomicInteger FETCHES = new AtomicInteger();
  private static final JwksServer PROVIDER =
      new JwksServer(
          exchange ->
              (FETCHES.incrementAndGet() == 1
                      ? JwksServer.text(500, "")
                      : JwksServer.keys(TestKeys.jwks(TestKeys.RSA)))
                  .to(exchange));

  @TempDir private static Path directory;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    String document =
        DOCUMENT
            .replace("JWKS", PROVIDER.url().toString())
            .replace("PEM", pem().indent(20).strip());
    gateway =
        new Gateway(
            directory,
            Map.of(
                "strict", "calls: false\n" + document.replace("MODE", "Strict"),
                "lax", "calls: false\n" + document.replace("MODE", "AllowMissing")));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    PROVIDER.close();
  }

  @Test
  void aFetchThatFailsIsTriedAgainAndClaimsReachTheUpstreamWithoutTheToken() throws Exception {
    Reply reply =
        gateway.send(
            strict("/x")
                .header("x-token", "JWT " + remote("helmgate"))
                .header("x-team", "forged")
                .header("x-level", "99"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(FETCHES).hasValue(2);
    assertThat(reply.upstreamHeader("x-team")).containsExactly("blue");
    assertThat(reply.upstreamHeader("x-level")).containsExactly("7");
    assertThat(reply.upstreamHeader("x-token")).isEmpty();
  }

  @Test
  void aTokenFromTheQueryIsForwarded() throws Exception {
    Reply reply = gateway.send(strict("/x?jwt=" + local()));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.echo().path("query").asText()).startsWith("jwt=ey");
  }

  @Test
  void refusalsAreEnvoys() throws Exception {
    assertRefused(strict("/x"), 401, "Jwt is missing");
    assertRefused(
        strict("/x").header("authorization", "Bearer " + remote("helmgate")),
        401,
        "Jwt is missing");
    assertRefused(
        strict("/x").header("x-token", "JWT " + remote("stranger")),
        403,
        "Audiences in Jwt are not allowed");
    assertRefused(
        strict("/x").header("x-token", "JWT " + local()), 401, "Jwt issuer is not configured");
    assertRefused(strict("/x?jwt=" + forged()), 401, "Jwt verification fails");
  }

  @Test
  void withoutATokenALaxDocumentLetsPassWithoutClaims() throws Exception {
    Reply reply = gateway.send(lax("/x").header("x-team", "forged"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.upstreamHeader("x-team")).isEmpty();
    assertRefused(
        lax("/x").header("x-token", "JWT " + remote("stranger")),
        403,
        "Audiences in Jwt are not allowed");
  }

  private static void assertRefused(HttpRequest.Builder request, int status, String body)
      throws Exception {
    Reply reply = gateway.send(request);
    assertThat(List.of(reply.status(), reply.body())).containsExactly(status, body);
    assertThat(reply.reachedUpstream()).isFalse();
  }

  private static HttpRequest.Builder strict(String target) {
    return gateway.plain(target).header("x-profile", "strict");
  }

  private static HttpRequest.Builder lax(String target) {
    return gateway.plain(target).header("x-profile", "lax");
  }

  private static String remote(String audience) {
    return TestKeys.token(
        "{\"iss\":\"https://id.example.com\",\"aud\":\"%s\",\"org\":{\"team\":\"blue\"},\"level\":7}"
            .formatted(audience));
  }

  private static String local() {
    return local("");
  }

  private static String local(String more) {
    return TestKeys.sign(
        TestKeys.P256,
        "ES256",
        "{\"alg\":\"ES256\"}",
        "{\"iss\":\"https://local.example.com\"" + more + "}");
  }

  private static String forged() {
    String other = local(",\"sub\":\"bob\"");
    return local().replaceFirst("[^.]*$", other.substring(other.lastIndexOf('.') + 1));
  }

  private static String pem() throws Exception {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(TestKeys.P256.toPublicKey().getEncoded())
        + "\n-----END PUBLIC KEY-----";
  }
}
