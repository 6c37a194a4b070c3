package io.helmgate.extauthz.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.KeySource;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.token.Authentication.Authenticated;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever is sent as a token, nothing passes but what the provider signed. The number of tries is
 * jqwik's default, which {@code make soak} raises.
 */
final class AnyTokenTest {

  private static final String CLAIMS = "{\"iss\":\"A\",\"sub\":\"alice\",\"groups\":[\"dev\"]}";
  private static final List<String> GOOD =
      List.of(
          signed(TestKeys.RSA, "RS256"),
          signed(TestKeys.RSA, "PS512"),
          signed(TestKeys.P256, "ES256"),
          signed(TestKeys.P521, "ES512"),
          signed(TestKeys.ED25519, "EdDSA"));
  private static final KeySource KEYS =
      keys(TestKeys.jwks(TestKeys.RSA, TestKeys.P256, TestKeys.P521, TestKeys.ED25519));

  @Property
  void onlyWhatWasSignedPasses(@ForAll("spoilt") String token) {
    Authentication result = authenticate("Bearer " + token);

    if (result instanceof Authenticated) {
      assertThat(GOOD).anyMatch(good -> token.contains(signedPart(good)));
    } else {
      assertThat(result).isInstanceOf(Authentication.Rejected.class);
    }
  }

  @Property
  void noHeaderValueIsTooOdd(@ForAll("headers") String header) {
    assertThat(authenticate(header)).isInstanceOf(Authentication.Rejected.class);
  }

  @Property
  void claimsAndHeadersOfAnyShapeNeedASignature(
      @ForAll("json") String header, @ForAll("json") String claims, @ForAll byte[] signature) {
    String token = base64(header) + '.' + base64(claims) + '.' + base64(signature);

    assertThat(authenticate("Bearer " + token)).isInstanceOf(Authentication.Rejected.class);
  }

  @Property
  void aSignatureDoesNotMakeOddClaimsPassForOthers(@ForAll("json") String claims) {
    String token =
        TestKeys.sign(TestKeys.P256, "ES256", "{\"alg\":\"ES256\",\"kid\":\"p256\"}", claims);

    if (authenticate("Bearer " + token) instanceof Authenticated accepted) {
      assertThat(accepted.token().claims().path("iss").asText()).isEqualTo("A");
    }
  }

  /** A good token, changed in one to three places. */
  @Provide
  Arbitrary<String> spoilt() {
    return Combinators.combine(Arbitraries.of(GOOD), change().list().ofMinSize(1).ofMaxSize(3))
        .as(
            (token, changes) -> {
              String spoilt = token;
              for (Change change : changes) {
                spoilt = change.apply(spoilt);
              }
              return spoilt;
            });
  }

  /** A change of a text; {@code at} is taken modulo its length. */
  private record Change(int kind, int at, char character, String other) {

    String apply(String text) {
      int i = text.isEmpty() ? 0 : at % text.length();
      String before = text.substring(0, i);
      String after = text.isEmpty() ? "" : text.substring(i + 1);
      return switch (kind) {
        case 0 -> before + character + after;
        case 1 -> before + after;
        case 2 -> before + character + text.substring(i);
        case 3 -> before;
        case 4 -> text + '.' + other;
        case 5 -> swapped(text, other, at % 3);
        default -> text + '=';
      };
    }

    /** With one of the three sections of another token. */
    private static String swapped(String text, String other, int section) {
      String[] sections = text.split("\\.", -1);
      if (section < sections.length) {
        sections[section] = other.split("\\.", -1)[section];
      }
      return String.join(".", sections);
    }
  }

  private static Arbitrary<Change> change() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 6),
            Arbitraries.integers().between(0, 5000),
            Arbitraries.chars().with("AZaz09-_.=,+/ \t\"é"),
            Arbitraries.of(GOOD))
        .as(Change::new);
  }

  @Provide
  Arbitrary<String> headers() {
    return Arbitraries.strings()
        .withCharRange(' ', '~')
        .withChars('.', 'é', '\u0080')
        .ofMaxLength(200)
        .map(text -> "Bearer " + text);
  }

  @Provide
  Arbitrary<String> json() {
    Arbitrary<String> values =
        Arbitraries.of(
            "\"A\"",
            "\"ES256\"",
            "\"none\"",
            "\"p256\"",
            "null",
            "true",
            "-1",
            "1e400",
            "0",
            "9007199254740993",
            "[]",
            "[\"A\",1]",
            "{}",
            "{\"iss\":\"A\"}",
            "\"\\u0000\"",
            "'A'");
    Arbitrary<String> names =
        Arbitraries.of(
            "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "alg", "kid", "crit", "b64");
    return Combinators.combine(names, values)
        .as((name, value) -> '"' + name + "\":" + value)
        .list()
        .ofMaxSize(6)
        .map(members -> '{' + String.join(",", members) + '}');
  }

  private static Authentication authenticate(String header) {
    Provider provider = TestProviders.of("p", "A", KEYS);
    Instant now = TokenTable.NOW;
    return new Authenticator(
            Authenticator.Mode.STRICT, List.of(provider), new TokenCache(100), () -> now)
        .authenticate(
            Requests.get("/apps", Map.of("authorization", List.of(header))), now.plusSeconds(1));
  }

  private static String signed(JWK key, String alg) {
    return TestKeys.sign(
        key, alg, "{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(alg, key.getKeyID()), CLAIMS);
  }

  private static String signedPart(String token) {
    return token.substring(0, token.lastIndexOf('.'));
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static KeySource keys(String jwks) {
    try {
      return LocalKeys.of(jwks);
    } catch (InvalidKeySetException e) {
      throw new IllegalStateException(e);
    }
  }
}
