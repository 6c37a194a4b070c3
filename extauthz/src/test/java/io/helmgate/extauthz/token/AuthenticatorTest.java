package io.helmgate.extauthz.token;

import static io.helmgate.extauthz.token.TestKeys.token;
import static io.helmgate.extauthz.token.TokenTable.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.KeySource;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.token.Authentication.Anonymous;
import io.helmgate.extauthz.token.Authentication.Authenticated;
import io.helmgate.extauthz.token.Authentication.NameRefused;
import io.helmgate.extauthz.token.Authentication.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class AuthenticatorTest {

  private static final KeySource KEYS = local(TokenTable.jwks());
  private static final Provider A =
      provider("a", TestProviders.rules("A", List.of("https://helmgate")), KEYS);

  static List<TokenTable.Row> rows() {
    return TokenTable.rows();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyTokenGetsTheStatusAndTextOfTheTable(TokenTable.Row row) {
    Authentication result = authenticate(Requests.bearer(row.token()), A);

    switch (result) {
      case Authenticated accepted -> {
        assertThat(row.status()).isEqualTo(200);
        assertThat(accepted.token().provider()).isEqualTo("a");
      }
      case Rejected(TokenFailure failure) -> {
        assertThat(failure.text()).isEqualTo(row.text());
        assertThat(failure.httpStatus()).isEqualTo(row.status());
      }
      case Anonymous _,
          NameRefused _,
          Authentication.ClaimRefused _,
          Authentication.KeysUnavailable _ ->
          throw new AssertionError(result);
    }
  }

  @Test
  void aRequestWithoutATokenIsMissingOne() {
    assertThat(authenticate(Requests.get("/apps", Map.of()), A))
        .isEqualTo(new Rejected(TokenFailure.MISSING));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bearer TOKEN        | accepted",
        "Bearer   TOKEN      | accepted",
        "X Bearer TOKEN      | accepted",
        "bearer TOKEN        | MISSING",
        "TOKEN               | MISSING",
        "Basic eDp5          | MISSING",
        "Bearer              | MISSING",
        "'Bearer  !!'        | BAD_FORMAT",
        "Bearer TOKEN,Bearer TOKEN | BAD_FORMAT",
        "Bearer TOKEN,Bearer x | SIGNATURE_BASE64",
        "Bearer x,Bearer TOKEN | HEADER_BASE64",
      })
  void theTokenIsFoundAsEnvoyFindsIt(String header, String outcome) {
    String value = header.replace("TOKEN", good());
    AuthRequest request = Requests.get("/apps", Map.of("authorization", List.of(value)));

    assertThat(name(authenticate(request, A))).isEqualTo(outcome);
  }

  @Test
  void theTokenMayStandInTheQueryByDefault() {
    AuthRequest request = Requests.get("/apps?a=b&access_token=" + good(), Map.of());

    assertThat(authenticate(request, A))
        .isInstanceOfSatisfying(
            Authenticated.class,
            accepted ->
                assertThat(accepted.token().strip())
                    .containsExactly(new TokenSource.Query("access_token")));
  }

  @Test
  void aBadTokenInTheQueryRefusesTheGoodOneInTheHeader() {
    AuthRequest request =
        Requests.get("/apps?access_token=x", Map.of("authorization", List.of("Bearer " + good())));

    assertThat(name(authenticate(request, A))).isEqualTo("BAD_FORMAT");
  }

  @Test
  void aHeaderWithoutPrefixIsTheTokenItself() {
    Provider provider =
        new Provider(
            "a",
            A.claims(),
            List.of(new TokenSource.Header("x-token", "")),
            false,
            List.of(),
            A.identity(),
            KEYS);
    AuthRequest request = Requests.get("/apps", Map.of("x-token", List.of(good())));

    assertThat(name(authenticate(request, provider))).isEqualTo("accepted");
  }

  @Test
  void aForwardedTokenIsNotStripped() {
    Provider provider =
        new Provider("a", A.claims(), TokenSource.DEFAULT, true, List.of(), A.identity(), KEYS);

    assertThat(authenticate(Requests.bearer(good()), provider))
        .isInstanceOfSatisfying(
            Authenticated.class, accepted -> assertThat(accepted.token().strip()).isEmpty());
  }

  @Test
  void theCallerIsNamedWithTheProvidersPrefix() {
    String token =
        token(
            "{\"iss\":\"A\",\"aud\":\"helmgate\",\"sub\":\"alice\",\"groups\":[\"dev\",\"ops\"]}");

    assertThat(authenticate(Requests.bearer(token), A))
        .isInstanceOfSatisfying(
            Authenticated.class,
            accepted ->
                assertThat(accepted.token().identity())
                    .contains(new Identity("a:alice", List.of("a:dev", "a:ops"))));
  }

  @Test
  void aTokenWithoutUserIsAcceptedButNamesNobody() {
    String token = token("{\"iss\":\"A\",\"aud\":\"helmgate\"}");

    assertThat(authenticate(Requests.bearer(token), A))
        .isInstanceOfSatisfying(
            Authenticated.class, accepted -> assertThat(accepted.token().identity()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a:     | \"sub\":\"alice\",\"groups\":[\"dev\",\"system:masters\"]",
        "a:     | \"sub\":\"alice\",\"groups\":\"system:masters\"",
        "a:     | \"sub\":\"system:admin\"",
        "a:     | \"sub\":\"SYSTEM:admin\"",
        "system | \"sub\":\":admin\"",
        "system: | \"sub\":\"admin\"",
        "a:     | \"sub\":\"alice\",\"groups\":[1]",
        "a:     | \"sub\":\"alice\",\"groups\":{\"system:masters\":true}",
      })
  void aTokenThatClaimsAReservedOrUnreadableNameIsRefused(String prefix, String claims) {
    Provider provider =
        new Provider(
            "a",
            TestProviders.rules("A", List.of()),
            TokenSource.DEFAULT,
            false,
            List.of(),
            new IdentityRules("sub", "groups", prefix),
            KEYS);
    String token = token("{\"iss\":\"A\"," + claims + "}");

    assertThat(authenticate(Requests.bearer(token), provider)).isInstanceOf(NameRefused.class);
  }

  @Test
  void groupsMayStandInANestedClaim() {
    Provider provider =
        new Provider(
            "a",
            TestProviders.rules("A", List.of()),
            TokenSource.DEFAULT,
            false,
            List.of(),
            new IdentityRules("preferred_username", "realm_access.roles", ""),
            KEYS);
    String token =
        token(
            "{\"iss\":\"A\",\"preferred_username\":\"bob\",\"realm_access\":{\"roles\":[\"dev\"]}}");

    assertThat(authenticate(Requests.bearer(token), provider))
        .isInstanceOfSatisfying(
            Authenticated.class,
            accepted ->
                assertThat(accepted.token().identity())
                    .contains(new Identity("bob", List.of("dev"))));
  }

  @Test
  void oneOfSeveralProvidersIsEnough() {
    Provider b =
        provider(
            "b", TestProviders.rules("B", List.of()), local(TestKeys.jwks(TestKeys.OTHER_RSA)));
    String token = token(TestKeys.OTHER_RSA, "{\"iss\":\"B\"}");

    assertThat(authenticate(Requests.bearer(token), A, b))
        .isInstanceOfSatisfying(
            Authenticated.class,
            accepted -> assertThat(accepted.token().provider()).isEqualTo("b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"iss\":\"A\",\"exp\":10 | EXPIRED",
        "\"iss\":\"B\",\"exp\":10 | EXPIRED",
        "\"iss\":\"C\",\"exp\":10 | ISSUER"
      })
  void ofSeveralProvidersTheOneThatKnowsTheIssuerSaysWhatIsWrong(String claims, String failure) {
    Provider b = provider("b", TestProviders.rules("B", List.of()), KEYS);
    AuthRequest request = Requests.bearer(token("{" + claims + "}"));

    assertThat(name(authenticate(request, A, b))).isEqualTo(failure);
    assertThat(name(authenticate(request, b, A))).isEqualTo(failure);
  }

  @Test
  void withoutATokenTheCallerIsAnonymousWhereNoneIsNeeded() {
    Authenticator authenticator =
        new Authenticator(
            Authenticator.Mode.ALLOW_MISSING, List.of(A), new TokenCache(100), () -> NOW);

    assertThat(authenticator.authenticate(Requests.get("/", Map.of()), NOW))
        .isEqualTo(new Anonymous());
    assertThat(authenticator.authenticate(Requests.bearer("x"), NOW))
        .isEqualTo(new Rejected(TokenFailure.BAD_FORMAT));
  }

  @Test
  void anAlgorithmThatTheProviderDoesNotListIsNotSupported() {
    Provider provider =
        provider(
            "a",
            new Provider.ClaimRules(
                "A",
                List.of(),
                Set.of("ES256"),
                Duration.ZERO,
                false,
                Optional.empty(),
                List.of(),
                ""),
            KEYS);

    assertThat(name(authenticate(Requests.bearer(good()), provider)))
        .isEqualTo("HEADER_ALG_UNSUPPORTED");
  }

  @Test
  void aTokenWithoutExpIsRefusedWhereOneIsRequired() {
    Provider provider =
        provider(
            "a",
            new Provider.ClaimRules(
                "A", List.of(), Set.of(), Duration.ZERO, true, Optional.empty(), List.of(), ""),
            KEYS);

    assertThat(name(authenticate(Requests.bearer(token("{\"iss\":\"A\"}")), provider)))
        .isEqualTo("SIGNATURE");
  }

  @Test
  void theChallengeNamesTheRequestsUriAndTheError() {
    AuthRequest.Line line = Requests.get("/apps/x?y=1", Map.of()).line();

    assertThat(Challenge.of(line, TokenFailure.MISSING))
        .isEqualTo("Bearer realm=\"https://api.example.com/apps/x?y=1\"");
    assertThat(Challenge.of(line, TokenFailure.EXPIRED))
        .isEqualTo("Bearer realm=\"https://api.example.com/apps/x?y=1\", error=\"invalid_token\"");
  }

  @Test
  void theChallengeCutsThePathAndLetsNothingEndTheRealm() {
    AuthRequest.Line line = Requests.get("/\"\\" + "y".repeat(300), Map.of()).line();

    assertThat(Challenge.of(line, TokenFailure.MISSING))
        .isEqualTo("Bearer realm=\"https://api.example.com/%22%5C" + "y".repeat(253) + '"');
  }

  private static Authentication authenticate(AuthRequest request, Provider... providers) {
    return new Authenticator(
            Authenticator.Mode.STRICT, List.of(providers), new TokenCache(100), () -> NOW)
        .authenticate(request, NOW.plusSeconds(1));
  }

  private static String name(Authentication result) {
    return switch (result) {
      case Authenticated _ -> "accepted";
      case Rejected(TokenFailure failure) -> failure.name();
      case Anonymous _,
          NameRefused _,
          Authentication.ClaimRefused _,
          Authentication.KeysUnavailable _ ->
          result.toString();
    };
  }

  private static String good() {
    return token("{\"iss\":\"A\",\"aud\":\"helmgate\",\"sub\":\"alice\"}");
  }

  private static Provider provider(String name, Provider.ClaimRules rules, KeySource keys) {
    return new Provider(
        name,
        rules,
        TokenSource.DEFAULT,
        false,
        List.of(),
        new IdentityRules("sub", "groups", name + ":"),
        keys);
  }

  private static KeySource local(String jwks) {
    try {
      return LocalKeys.of(jwks);
    } catch (InvalidKeySetException e) {
      throw new IllegalStateException(e);
    }
  }
}
