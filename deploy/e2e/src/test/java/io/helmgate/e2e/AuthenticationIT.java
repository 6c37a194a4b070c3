package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.e2e.client.GrpcApi;
import io.helmgate.proto.AppFilter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that are not good enough get the status and the text that Envoy's own jwt_authn gives. */
final class AuthenticationIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final AppFilter TEAM_A = AppFilter.newBuilder().setNamespace("team-a").build();

  static List<Arguments> badTokens() {
    var tokens = HELMGATE.forgedTokens();
    return List.of(
        Arguments.of("none", "", 401, "Jwt is missing"),
        Arguments.of("expired", tokens.expired(), 401, "Jwt is expired"),
        Arguments.of("wrong issuer", tokens.wrongIssuer(), 401, "Jwt issuer is not configured"),
        Arguments.of(
            "wrong audience", tokens.wrongAudience(), 403, "Audiences in Jwt are not allowed"),
        Arguments.of(
            "bad signature",
            tokens.tampered(HELMGATE.token("alice")),
            401,
            "Jwt verification fails"),
        Arguments.of(
            "unknown kid",
            tokens.unknownKid(),
            401,
            "Jwks doesn't have key to match kid or alg from Jwt"),
        Arguments.of(
            "not a token",
            "nonsense",
            401,
            "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void aBadTokenIsRefusedInEnvoysWords(String name, String token, int status, String text) {
    var reply = HELMGATE.http(token).send("GET", "/apps/team-a", "");

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body()).isEqualTo(text);
    assertThat(reply.header("www-authenticate"))
        .startsWith("Bearer realm=\"https://")
        .satisfies(
            challenge ->
                assertThat(challenge.contains("error=\"invalid_token\""))
                    .isEqualTo(!token.isEmpty()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void aBadTokenIsRefusedForGrpcAlike(String name, String token, int status, String text) {
    var reply = new GrpcApi(HELMGATE.channel(), () -> token).searchApps(TEAM_A);

    assertThat(reply.code())
        .isEqualTo(status == 401 ? Code.UNAUTHENTICATED : Code.PERMISSION_DENIED);
    assertThat(reply.message()).isEqualTo(text);
  }

  @Test
  void aGoodTokenPasses() {
    assertThat(HELMGATE.http(HELMGATE.token("alice")).send("GET", "/apps/team-a", "").status())
        .isEqualTo(200);
  }

  @Test
  void aServiceClientGetsInWithItsOwnToken() {
    assertThat(HELMGATE.http(HELMGATE.clientToken()).send("GET", "/apps/team-a", "").status())
        .isEqualTo(200);
  }
}
