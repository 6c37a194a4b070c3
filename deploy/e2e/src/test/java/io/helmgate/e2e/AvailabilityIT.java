package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Code;
import io.helmgate.e2e.client.HelmApi;
import io.helmgate.proto.AppFilter;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** Nothing gets past a part that is down, and nothing gets in beside Envoy. */
final class AvailabilityIT {

  private static final Running HELMGATE = Running.helmgate();

  @Test
  void withoutExtauthzEnvoyRefusesAndTheDeployerSeesNothing() {
    var seen = HELMGATE.deployerRequests();

    HELMGATE.withoutExtauthz(
        () -> {
          assertThat(
                  HELMGATE.http(HELMGATE.token("alice")).send("GET", "/apps/team-a", "").status())
              .isEqualTo(503);
          for (HelmApi api : HELMGATE.apis("alice")) {
            assertThat(api.searchApps(AppFilter.newBuilder().setNamespace("team-a").build()).code())
                .as(api.toString())
                .isEqualTo(Code.UNAVAILABLE);
          }
        });

    assertThat(HELMGATE.deployerRequests()).isEqualTo(seen);
    assertThat(HELMGATE.http(HELMGATE.token("alice")).send("GET", "/apps/team-a", "").status())
        .isEqualTo(200);
  }

  @Test
  void reflectionWorksThroughEnvoy() {
    assertThat(HELMGATE.grpcurl("alice", "list")).contains("helmgate.HelmProxyService");
    assertThat(HELMGATE.grpcurl("alice", "describe", "helmgate.AppInput")).contains("app_name");
  }

  @Test
  void reflectionNeedsAToken() {
    assertThat(HELMGATE.grpcurl("", "list")).contains("Jwt is missing");
  }

  @Test
  void theRestRoutesAreDescribedToWhoHasAToken() {
    var described = HELMGATE.http(HELMGATE.token("carol")).send("GET", "/openapi.json", "");

    assertThat(described.status()).isEqualTo(200);
    assertThat(described.json().at("/openapi").asText()).isEqualTo("3.0.3");
    assertThat(described.json().path("paths").has("/apps/{namespace}/{name}")).isTrue();
    assertThat(HELMGATE.http("").send("GET", "/openapi.json", "").status()).isEqualTo(401);
  }

  @Test
  void theDeployerRefusesCallsThatDidNotPassEnvoy() throws Exception {
    var direct = HttpRequest.newBuilder(HELMGATE.deployerUrl().resolve("/apps/team-a"));

    var asEnvoy = HELMGATE.clientWithEnvoysCertificate();
    assertThat(asEnvoy.send(direct.build(), BodyHandlers.ofString()).statusCode())
        .as("no assertion")
        .isEqualTo(401);
    var forged =
        direct
            .header("x-helmgate-assertion", HELMGATE.forgedTokens().unknownKid())
            .header("x-helmgate-user", "keycloak:alice")
            .header("authorization", "Bearer " + HELMGATE.token("alice"));
    assertThat(asEnvoy.send(forged.build(), BodyHandlers.ofString()).statusCode())
        .as("forged assertion")
        .isEqualTo(401);
    assertThatThrownBy(
            () -> HELMGATE.clientWithoutCertificate().send(direct.build(), BodyHandlers.ofString()))
        .as("no client certificate")
        .isInstanceOf(IOException.class);
  }

  @Test
  void inboundIdentityHeadersHaveNoEffect() {
    var request =
        HELMGATE
            .http(HELMGATE.token("carol"))
            .request("/apps/team-b")
            .header("x-helmgate-assertion", HELMGATE.forgedTokens().unknownKid())
            .header("x-helmgate-user", "keycloak:alice")
            .build();

    assertThat(HELMGATE.http(HELMGATE.token("carol")).send(request).status()).isEqualTo(403);
  }
}
