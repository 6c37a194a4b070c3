package io.helmgate.extauthz.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.token.Requests;
import io.helmgate.extauthz.token.TokenFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponseStyleTest {

  private static final ResponseStyle BEARER =
      new BearerStyle("apps", "apps:read", "https://api.example.com/.well-known/x");
  private static final ResponseStyle REGISTRY =
      new RegistryStyle("http://localhost:5001/oauth/token", "localhost:5001");

  @Test
  void rfc6750GivesNoErrorCodeToARequestWithoutToken() {
    Decision.Deny deny = BEARER.rejected(get("/x"), DenyReason.TOKEN_MISSING, TokenFailure.MISSING);

    assertThat(deny.httpStatus()).isEqualTo(401);
    assertThat(challenge(deny))
        .isEqualTo(
            "Bearer realm=\"apps\",scope=\"apps:read\","
                + "resource_metadata=\"https://api.example.com/.well-known/x\"");
    assertThat(deny.headers()).containsEntry("content-type", List.of("application/problem+json"));
    assertThat(deny.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                + "\"detail\":\"Jwt is missing\"}");
  }

  @Test
  void rfc6750SaysWhatIsWrongWithAToken() {
    // Audience too: RFC 6750 knows no other code for it, and 401 lets the client fetch a new one.
    for (TokenFailure failure : List.of(TokenFailure.EXPIRED, TokenFailure.AUDIENCE)) {
      Decision.Deny deny = BEARER.rejected(get("/x"), DenyReason.TOKEN_INVALID, failure);

      assertThat(deny.httpStatus()).isEqualTo(401);
      assertThat(challenge(deny))
          .contains(
              "error=\"invalid_token\",error_description=\"" + failure.text() + "\",resource");
    }
  }

  @Test
  void rfc6750AsksForMoreScopeOrForAnyToken() {
    Decision.Deny known = BEARER.forbidden(get("/x"), DenyReason.POLICY_DENIED, true, "no");
    Decision.Deny anonymous = BEARER.forbidden(get("/x"), DenyReason.POLICY_DENIED, false, "no");

    assertThat(known.httpStatus()).isEqualTo(403);
    assertThat(challenge(known)).contains("error=\"insufficient_scope\",error_description=\"no\"");
    assertThat(anonymous.httpStatus()).isEqualTo(401);
    assertThat(challenge(anonymous)).doesNotContain("error");
  }

  @Test
  void theRealmIsTheOriginWhereNoneIsSet() {
    Decision.Deny deny =
        new BearerStyle("", "", "")
            .rejected(get("/x"), DenyReason.TOKEN_MISSING, TokenFailure.MISSING);

    assertThat(challenge(deny)).isEqualTo("Bearer realm=\"https://api.example.com\"");
  }

  @Test
  void nothingFromARequestEndsAQuotedValue() {
    AuthRequest request = get("/x");
    AuthRequest hostile =
        new AuthRequest(
            "1",
            Optional.empty(),
            new AuthRequest.Line("GET", "https", "a\",error=\"x\r\n\\é", "/x"),
            Map.of(),
            request.body(),
            request.source(),
            request.attributes());

    assertThat(
            challenge(
                new BearerStyle("", "", "")
                    .rejected(hostile, DenyReason.TOKEN_MISSING, TokenFailure.MISSING)))
        .isEqualTo("Bearer realm=\"https://a_,error=_x____\"");
  }

  @Test
  void aGrpcCallerGetsTheMessageAndNoDocument() {
    AuthRequest grpc = Requests.grpc("/a.B/C", new byte[0], Map.of());

    for (ResponseStyle style : List.of(BEARER, REGISTRY)) {
      Decision.Deny deny = style.rejected(grpc, DenyReason.TOKEN_INVALID, TokenFailure.EXPIRED);
      assertThat(deny.body()).isEqualTo("Jwt is expired");
      assertThat(deny.headers()).containsOnlyKeys("www-authenticate");
    }
  }

  @Test
  void aChartRepositoryAnswersAsChartMuseumDoes() {
    Decision.Deny deny =
        REGISTRY.rejected(
            get("/org1/repo1/index.yaml"), DenyReason.TOKEN_MISSING, TokenFailure.MISSING);

    assertThat(deny.httpStatus()).isEqualTo(401);
    assertThat(challenge(deny))
        .isEqualTo(
            "Bearer realm=\"http://localhost:5001/oauth/token\",service=\"localhost:5001\","
                + "scope=\"artifact-repository:org1/repo1:pull\"");
    assertThat(deny.headers())
        .containsEntry("content-type", List.of("application/json; charset=utf-8"));
    assertThat(deny.body()).startsWith("{\"error\":\"unauthorized\",");
  }

  @Test
  void aContainerRegistryAnswersAsDistributionDoes() {
    Decision.Deny deny =
        REGISTRY.forbidden(get("/v2/team/web/manifests/1"), DenyReason.POLICY_DENIED, true, "no");

    assertThat(deny.httpStatus()).isEqualTo(401);
    assertThat(challenge(deny))
        .endsWith("scope=\"repository:team/web:pull\",error=\"insufficient_scope\"");
    assertThat(deny.headers())
        .containsEntry("docker-distribution-api-version", List.of("registry/2.0"));
    assertThat(deny.body()).contains("{\"code\":\"UNAUTHORIZED\",\"message\":\"no\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /index.yaml, artifact-repository:repo:pull",
    "GET, /org1/repo1/index.yaml?x=1, artifact-repository:org1/repo1:pull",
    "GET, /org1/repo1/charts/web-1.0.0.tgz, artifact-repository:org1/repo1:pull",
    "GET, /charts/web-1.0.0.tgz, artifact-repository:repo:pull",
    "GET, /api/org1/repo1/charts, artifact-repository:org1/repo1:pull",
    "HEAD, /api/charts/web, artifact-repository:repo:pull",
    "POST, /api/org1/repo1/charts, artifact-repository:org1/repo1:push",
    "POST, /api/org1/prov, artifact-repository:org1:push",
    "DELETE, /api/org1/charts/web/1.0.0, artifact-repository:org1:push",
    "GET, /v2/, ''",
    "GET, /v2, ''",
    "GET, /v2/_catalog, registry:catalog:*",
    "HEAD, /v2/a/b/manifests/latest, repository:a/b:pull",
    "POST, /v2/a/blobs/uploads/, 'repository:a:pull,push'",
    "DELETE, /v2/a/manifests/sha256:1, repository:a:delete",
    "GET, /v2/a/blobs/tags/list, repository:a/blobs:pull",
    "GET, '/v2/a\"b/tags/list', ''",
    "GET, /health, ''"
  })
  void theScopeComesFromMethodAndPath(String method, String path, String scope) {
    assertThat(RegistryScope.of(method, path).orElse("")).isEqualTo(scope);
  }

  private static AuthRequest get(String path) {
    return Requests.get(path, Map.of());
  }

  private static String challenge(Decision.Deny deny) {
    return deny.headers().getOrDefault("www-authenticate", List.of("none")).getFirst();
  }
}
