package io.helmgate.kit.assertion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssertionSignerTest {

  private static final Optional<String> DIGEST = Optional.of("digest");

  private static final Instant TOKEN_END = Instant.ofEpochSecond(1_900_000_000);

  @TempDir private Path directory;
  private final MutableClock clock = new MutableClock();

  static Stream<JWK> keys() {
    return Stream.of(TestKeys.ec("ec"), TestKeys.ed25519("ed"));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void whatIsSignedIsVerified(JWK key) throws IOException {
    AssertionKeys keys = keys(key);
    String jws =
        signer(keys, 30)
            .sign(
                "kc:alice",
                List.of("kc:team-a", "kc:x"),
                "deployer",
                "d-1",
                DIGEST,
                Optional.of(TOKEN_END));
    assertThat(verifier(keys, clock).verify(jws))
        .isEqualTo(
            new Verification.Verified(
                new Assertion(
                    "kc:alice",
                    List.of("kc:team-a", "kc:x"),
                    "deployer",
                    "d-1",
                    DIGEST,
                    Optional.of(TOKEN_END),
                    "id-1",
                    clock.instant(),
                    clock.instant().plusSeconds(30))));
  }

  @Test
  void anAssertionOfIdentityOnlyHasNoDigest() throws IOException, ParseException {
    AssertionKeys keys = keys(TestKeys.ec("ec"));
    String jws =
        signer(keys, 30)
            .sign("kc:alice", List.of(), "deployer", "d-1", Optional.empty(), Optional.empty());
    assertThat(SignedJWT.parse(jws).getJWTClaimsSet().getClaims()).doesNotContainKey("call_digest");
    assertThat(verifier(keys, clock).verify(jws)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void theFirstKeySignsAndTheNextIsVerifiedToo() throws IOException, ParseException {
    JWK current = TestKeys.ec("current");
    JWK next = TestKeys.ed25519("next");
    AssertionKeys before = keys(current, next);
    AssertionKeys after = keys(next, current);
    String jws =
        signer(after, 30).sign("kc:alice", List.of(), "deployer", "d-1", DIGEST, Optional.empty());
    assertThat(SignedJWT.parse(jws).getHeader().getKeyID()).isEqualTo("next");
    assertThat(verifier(before, clock).verify(jws)).isInstanceOf(Verification.Verified.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"system:masters", "System:Masters", "system:", "", " ", "kc:a\nb", "a\u0000"})
  void namesThatMayNotBeAssertedAreRefused(String name) throws IOException {
    AssertionSigner signer = signer(keys(TestKeys.ec("ec")), 30);
    assertThat(AssertionSigner.problemOf(name)).isPresent();
    assertThatThrownBy(
            () -> signer.sign(name, List.of(), "deployer", "d-1", DIGEST, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("assertion: subject: ");
    assertThatThrownBy(
            () ->
                signer.sign(
                    "kc:a", List.of("kc:b", name), "deployer", "d", DIGEST, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("assertion: group: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keycloak:system:masters", "alice", "systems", "O=x, CN=y"})
  void otherNamesMayBeAsserted(String name) {
    assertThat(AssertionSigner.problemOf(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.5S", "PT60.001S", "PT61S", "PT1H"})
  void lifetimesOutsideOneToSixtySecondsAreRefused(Duration lifetime) throws IOException {
    AssertionKeys keys = keys(TestKeys.ec("ec"));
    assertThatThrownBy(() -> new AssertionSigner("issuer", lifetime, keys, clock))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: 1 to 60 whole seconds");
  }

  @Test
  void eachAssertionHasAnIdOfItsOwn() throws IOException, ParseException {
    AssertionSigner signer =
        new AssertionSigner("issuer", Duration.ofSeconds(5), keys(TestKeys.ec("ec")), clock);
    String one = signer.sign("a", List.of(), "deployer", "d-1", DIGEST, Optional.empty());
    String other = signer.sign("a", List.of(), "deployer", "d-1", DIGEST, Optional.empty());
    assertThat(SignedJWT.parse(one).getJWTClaimsSet().getJWTID())
        .isNotEqualTo(SignedJWT.parse(other).getJWTClaimsSet().getJWTID());
  }

  private AssertionKeys keys(JWK... keys) throws IOException {
    Path file = directory.resolve("keys.json");
    TestKeys.write(file, keys);
    return AssertionKeys.load(file);
  }

  private AssertionSigner signer(AssertionKeys keys, int seconds) {
    return new AssertionSigner("issuer", Duration.ofSeconds(seconds), keys, clock, () -> "id-1");
  }

  private static AssertionVerifier verifier(AssertionKeys keys, Clock clock) {
    return new AssertionVerifier("issuer", "deployer", keys::publicKeys, clock);
  }
}
