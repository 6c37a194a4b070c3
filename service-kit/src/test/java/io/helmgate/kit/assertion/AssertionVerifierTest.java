package io.helmgate.kit.assertion;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssertionVerifierTest {

  private static final ECKey EC = TestKeys.ec("ec");
  private static final OctetKeyPair ED = TestKeys.ed25519("ed");
  private static final ECKey STRANGER = TestKeys.ec("ec");
  private static final ECKey P384 = TestKeys.ec("p384", Curve.P_384);
  private static final JWKSet KEYS = new JWKSet(List.of(EC, ED, P384)).toPublicJWKSet();

  private final MutableClock clock = new MutableClock();
  private final AssertionVerifier verifier =
      new AssertionVerifier("issuer", "deployer", () -> KEYS, clock);

  private static JWSHeader.Builder header() {
    return new JWSHeader.Builder(JWSAlgorithm.ES256).type(SigningKey.TYPE).keyID("ec");
  }

  private Map<String, Object> claims() {
    Map<String, Object> claims = new TreeMap<>();
    claims.put("iss", "issuer");
    claims.put("aud", "deployer");
    claims.put("sub", "kc:alice");
    claims.put("groups", List.of("kc:team-a"));
    claims.put("decision_id", "d-1");
    claims.put("call_digest", "digest");
    claims.put("jti", "id-1");
    claims.put("iat", seconds(0));
    claims.put("exp", seconds(30));
    return claims;
  }

  private long seconds(int fromNow) {
    return clock.instant().getEpochSecond() + fromNow;
  }

  static Stream<Arguments> badClaims() {
    return Stream.of(
        bad("no issuer", c -> c.remove("iss"), "iss: another one"),
        bad("another issuer", c -> c.put("iss", "Issuer"), "iss: another one"),
        bad("no audience", c -> c.remove("aud"), "aud: another one, or several"),
        bad("another audience", c -> c.put("aud", "gateway"), "aud: another one, or several"),
        bad(
            "several audiences",
            c -> c.put("aud", List.of("deployer", "gateway")),
            "aud: another one, or several"),
        bad("no subject", c -> c.remove("sub"), "sub: absent"),
        bad("empty subject", c -> c.put("sub", ""), "sub: absent"),
        bad(
            "subject of the system",
            c -> c.put("sub", "system:admin"),
            "subject: begins with system:"),
        bad(
            "subject in capitals",
            c -> c.put("sub", "SYSTEM:admin"),
            "subject: begins with system:"),
        bad("subject of two lines", c -> c.put("sub", "a\r\nb"), "subject: control characters"),
        bad("no groups", c -> c.remove("groups"), "groups: absent or no list"),
        bad("groups as text", c -> c.put("groups", "kc:x"), "groups: absent or no list"),
        bad("number as group", c -> c.put("groups", List.of("kc:x", 1)), "groups: not all strings"),
        bad(
            "group of the system",
            c -> c.put("groups", List.of("kc:x", "system:masters")),
            "group: begins with system:"),
        bad("empty group", c -> c.put("groups", List.of("")), "group: empty"),
        bad("no decision id", c -> c.remove("decision_id"), "decision_id: absent"),
        bad("empty digest", c -> c.put("call_digest", ""), "call_digest: absent"),
        bad("no jti", c -> c.remove("jti"), "jti: absent"),
        bad("no iat", c -> c.remove("iat"), "iat: absent"),
        bad("no exp", c -> c.remove("exp"), "exp: absent"));
  }

  private static Arguments bad(String name, Consumer<Map<String, Object>> change, String reason) {
    return Arguments.of(name, change, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badClaims")
  void badClaimsAreRejected(String name, Consumer<Map<String, Object>> change, String reason)
      throws JOSEException {
    Map<String, Object> claims = claims();
    change.accept(claims);
    assertRejected(sign(header().build(), claims, new ECDSASigner(EC)), reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "jti", "decision_id", "call_digest", "iat", "exp", "iss"})
  void claimsOfAnotherTypeAreRejected(String claim) throws JOSEException {
    Map<String, Object> claims = claims();
    claims.put(claim, List.of(1));
    assertThat(verifier.verify(sign(header().build(), claims, new ECDSASigner(EC))))
        .isInstanceOf(Verification.Rejected.class);
  }

  @Test
  void claimsThatNobodyKnowsAreFine() throws JOSEException {
    Map<String, Object> claims = claims();
    claims.put("tenant", Map.of("a", 1));
    claims.put("nbf", seconds(0));
    assertThat(verifier.verify(sign(header().build(), claims, new ECDSASigner(EC))))
        .isInstanceOf(Verification.Verified.class);
  }

  static Stream<Arguments> times() {
    return Stream.of(
        Arguments.of(0, 60, "good"),
        Arguments.of(5, 65, "good"),
        Arguments.of(-29, 1, "good"),
        Arguments.of(0, 61, "exp: over 60 s after iat"),
        Arguments.of(6, 36, "iat: in the future"),
        Arguments.of(-30, 0, "exp: passed"),
        Arguments.of(-60, -1, "exp: passed"),
        Arguments.of(3, 3, "exp: not after iat"),
        Arguments.of(4, 3, "exp: not after iat"));
  }

  @ParameterizedTest(name = "iat {0}, exp {1}: {2}")
  @MethodSource("times")
  void timesAreChecked(int issued, int expires, String outcome) throws JOSEException {
    Map<String, Object> claims = claims();
    claims.put("iat", seconds(issued));
    claims.put("exp", seconds(expires));
    String jws = sign(header().build(), claims, new ECDSASigner(EC));
    if (outcome.equals("good")) {
      assertThat(verifier.verify(jws)).isInstanceOf(Verification.Verified.class);
    } else {
      assertRejected(jws, outcome);
    }
  }

  @Test
  void notBeforeIsChecked() throws JOSEException {
    Map<String, Object> claims = claims();
    claims.put("nbf", seconds(10));
    assertRejected(sign(header().build(), claims, new ECDSASigner(EC)), "nbf: in the future");
  }

  static Stream<Arguments> badHeaders() {
    return Stream.of(
        Arguments.of(header().type(null).build(), "typ: not helmgate-assertion+jwt"),
        Arguments.of(header().type(JOSEObjectType.JWT).build(), "typ: not helmgate-assertion+jwt"),
        Arguments.of(
            header().type(new JOSEObjectType("application/helmgate-assertion+jwt")).build(),
            "typ: not helmgate-assertion+jwt"),
        Arguments.of(header().keyID(null).build(), "kid: absent"),
        Arguments.of(header().keyID("none").build(), "kid: unknown"),
        Arguments.of(header().keyID("p384").build(), "kid: unknown"),
        Arguments.of(header().keyID("ed").build(), "alg: not the key's"),
        Arguments.of(
            header().criticalParams(Set.of("exp")).customParam("exp", 1).build(),
            "crit: not supported"),
        Arguments.of(header().base64URLEncodePayload(false).build(), "b64: not supported"));
  }

  @ParameterizedTest
  @MethodSource("badHeaders")
  void badHeadersAreRejected(JWSHeader header, String reason) throws JOSEException {
    ECDSASigner signer = new ECDSASigner(EC);
    JWSObject jws = new JWSObject(header, new Payload(claims()));
    jws.sign(signer);
    assertRejected(jws.serialize(), reason);
  }

  @Test
  void aSignatureByAnotherKeyOfThatIdIsRejected() throws JOSEException {
    assertRejected(sign(header().build(), claims(), new ECDSASigner(STRANGER)), "signature: wrong");
  }

  @Test
  void aSymmetricSignatureByThePublicKeyIsRejected() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.HS256).type(SigningKey.TYPE).keyID("ec").build();
    byte[] secret = EC.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
    assertRejected(sign(header, claims(), new MACSigner(secret)), "alg: not the key's");
  }

  @Test
  void noSignatureIsRejected() {
    String header =
        Base64URL.encode("{\"alg\":\"none\",\"typ\":\"helmgate-assertion+jwt\",\"kid\":\"ec\"}")
            .toString();
    String payload = new Payload(claims()).toBase64URL().toString();
    assertRejected(header + "." + payload + ".", "not well-formed");
  }

  @Test
  void aKeyInTheHeaderIsNotUsed() throws JOSEException {
    JWSHeader header = header().jwk(STRANGER.toPublicJWK()).build();
    assertRejected(sign(header, claims(), new ECDSASigner(STRANGER)), "signature: wrong");
  }

  @Test
  void aSignatureOfZerosIsRejected() throws JOSEException {
    String jws = sign(header().build(), claims(), new ECDSASigner(EC));
    String unsigned = jws.substring(0, jws.lastIndexOf('.') + 1);
    assertRejected(unsigned + Base64URL.encode(new byte[64]), "signature: wrong");
  }

  @Test
  void anEd25519SignatureOfAnotherLengthIsRejected() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.EdDSA).type(SigningKey.TYPE).keyID("ed").build();
    String jws = sign(header, claims(), new Ed25519Signer(ED));
    assertThat(verifier.verify(jws)).isInstanceOf(Verification.Verified.class);
    String unsigned = jws.substring(0, jws.lastIndexOf('.') + 1);
    assertRejected(unsigned + Base64URL.encode(new byte[10]), "signature: wrong");
    assertRejected(unsigned + Base64URL.encode(new byte[64]), "signature: wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b.c", "e30.e30.e30", "Bearer x", "a.b.c.d.e"})
  void whatIsNoJwsIsRejected(String text) {
    assertRejected(text, "not well-formed");
  }

  @Test
  void anEndlessAssertionIsRejectedUnread() {
    assertRejected("a".repeat(40_000), "longer than 32768 characters");
  }

  @Test
  void anAssertionExpiresWhileTheClockGoesOn() throws JOSEException {
    String jws = sign(header().build(), claims(), new ECDSASigner(EC));
    clock.advance(Duration.ofSeconds(30));
    assertRejected(jws, "exp: passed");
  }

  @Test
  void newKeysAreUsedAtOnce() throws JOSEException {
    List<JWKSet> sets = new ArrayList<>(List.of(new JWKSet(), KEYS));
    AssertionVerifier rotating = new AssertionVerifier("issuer", "deployer", sets::getFirst, clock);
    String jws = sign(header().build(), claims(), new ECDSASigner(EC));
    assertThat(rotating.verify(jws)).isEqualTo(new Verification.Rejected("kid: unknown"));
    sets.removeFirst();
    assertThat(rotating.verify(jws)).isInstanceOf(Verification.Verified.class);
  }

  @Property
  void noChangedCharacterIsAccepted(@ForAll int position, @ForAll char with) throws JOSEException {
    String jws = sign(header().build(), claims(), new ECDSASigner(EC));
    int at = Math.floorMod(position, jws.length());
    String changed = jws.substring(0, at) + with + jws.substring(at + 1);
    if (!decoded(changed).equals(decoded(jws))) {
      assertThat(verifier.verify(changed)).isInstanceOf(Verification.Rejected.class);
    }
  }

  /** What the parts stand for: base64url has spare bits, and its reader skips what is none. */
  private static List<String> decoded(String jws) {
    return Stream.of(jws.split("\\.", -1))
        .map(part -> Arrays.toString(new Base64URL(part).decode()))
        .toList();
  }

  private static String sign(JWSHeader header, Map<String, Object> claims, JWSSigner signer)
      throws JOSEException {
    JWSObject jws = new JWSObject(header, new Payload(claims));
    jws.sign(signer);
    return jws.serialize();
  }

  private void assertRejected(String jws, String reason) {
    assertThat(verifier.verify(jws)).isEqualTo(new Verification.Rejected(reason));
  }
}
