package io.helmgate.kit.assertion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssertionKeysTest {

  @TempDir private Path directory;
  private final MutableClock clock = new MutableClock();

  @Test
  void allPublicHalvesArePublishedAndNoPrivateOne() throws IOException {
    AssertionKeys keys = load(TestKeys.ec("a"), TestKeys.ed25519("b"));
    assertThat(keys.publicKeys().getKeys()).extracting(JWK::getKeyID).containsExactly("a", "b");
    assertThat(keys.publicKeys().getKeys()).noneMatch(JWK::isPrivate);
    assertThat(keys.publicKeys().toString(false)).doesNotContain("\"d\"");
  }

  @Test
  void generatedKeysSignAndTheirPublicSetVerifies() throws IOException {
    Path privateSet = directory.resolve("private.json");
    Path publicSet = directory.resolve("public.json");
    AssertionKeys.generate(privateSet, publicSet);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(privateSet)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(publicSet)).doesNotContain("\"d\"");
    AssertionSigner signer =
        new AssertionSigner(
            "issuer", Duration.ofSeconds(30), AssertionKeys.load(privateSet), clock);
    String jws = signer.sign("a", List.of(), "deployer", "d", Optional.empty(), Optional.empty());
    assertThat(
            new AssertionVerifier("issuer", "deployer", JwkSetFile.load(publicSet), clock)
                .verify(jws))
        .isInstanceOf(Verification.Verified.class);
  }

  @Test
  void generatingNeverOverwrites() throws IOException {
    Path file = Files.createFile(directory.resolve("private.json"));
    assertThatThrownBy(() -> AssertionKeys.generate(file, directory.resolve("public.json")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  static Stream<Arguments> badSets() {
    OctetKeyPair one = TestKeys.ed25519("mixed");
    OctetKeyPair other = TestKeys.ed25519("mixed");
    return Stream.of(
        Arguments.of(List.of(), "no keys (expected: at least one)"),
        Arguments.of(List.of(withoutKid()), "key without kid"),
        Arguments.of(List.of(TestKeys.ec("a"), TestKeys.ed25519("a")), "key a: kid twice"),
        Arguments.of(List.of(TestKeys.ec("a").toPublicJWK()), "key a: cannot sign"),
        Arguments.of(
            List.of(TestKeys.ec("a"), TestKeys.ec("b", Curve.P_521)), "key b: cannot sign"),
        Arguments.of(
            List.of(new OctetKeyPair.Builder(one).d(other.getD()).build()),
            "key mixed: public half of another key"));
  }

  private static ECKey withoutKid() {
    return new ECKey.Builder(TestKeys.ec("x")).keyID(null).build();
  }

  @ParameterizedTest
  @MethodSource("badSets")
  void setsThatCannotSignAreRefused(List<JWK> keys, String problem) {
    assertThatThrownBy(() -> load(keys.toArray(JWK[]::new)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("keys.json: ")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[{\"kty\":\"EC\"}]}"})
  void filesThatAreNoSetAreRefused(String text) throws IOException {
    Files.writeString(file(), text);
    assertThatThrownBy(() -> AssertionKeys.load(file())).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> JwkSetFile.load(file())).isInstanceOf(IOException.class);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> AssertionKeys.load(file()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("keys.json: no such file");
  }

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    AssertionKeys keys = load(TestKeys.ec("a"));
    TestKeys.write(file(), TestKeys.ed25519("b"), TestKeys.ec("a"));
    assertThat(keys.signing().header().getKeyID()).isEqualTo("a");
    clock.advance(Duration.ofSeconds(1));
    assertThat(keys.signing().header().getKeyID()).isEqualTo("b");
    assertThat(keys.publicKeys().getKeys()).hasSize(2);
  }

  @Test
  void anUnchangedFileKeepsItsKeys() throws IOException {
    AssertionKeys keys = load(TestKeys.ec("a"));
    var before = keys.publicKeys();
    clock.advance(Duration.ofSeconds(5));
    assertThat(keys.publicKeys()).isSameAs(before);
  }

  @Test
  void aBadNewFileKeepsTheOldKeysUntilItIsGood() throws IOException {
    AssertionKeys keys = load(TestKeys.ec("a"));
    Files.writeString(file(), "rubbish");
    clock.advance(Duration.ofSeconds(1));
    assertThat(keys.signing().header().getKeyID()).isEqualTo("a");
    Files.delete(file());
    clock.advance(Duration.ofSeconds(1));
    assertThat(keys.signing().header().getKeyID()).isEqualTo("a");
    TestKeys.write(file(), TestKeys.ec("c"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(keys.signing().header().getKeyID()).isEqualTo("c");
  }

  @Test
  void publicSetsAreReadAgainToo() throws IOException {
    TestKeys.write(file(), TestKeys.ec("a"));
    JwkSetFile set = JwkSetFile.load(file(), clock);
    assertThat(set.get().getKeys()).noneMatch(JWK::isPrivate);
    TestKeys.write(file(), TestKeys.ec("b"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(set.get().getKeys()).extracting(JWK::getKeyID).containsExactly("b");
  }

  private AssertionKeys load(JWK... keys) throws IOException {
    TestKeys.write(file(), keys);
    return AssertionKeys.load(file(), clock);
  }

  private Path file() {
    return directory.resolve("keys.json");
  }
}
