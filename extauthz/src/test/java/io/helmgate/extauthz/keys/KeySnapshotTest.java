package io.helmgate.extauthz.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.token.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeySnapshotTest {

  @TempDir private Path parent;
  private final JwksServer server = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));
  private Path directory;
  private Path file;

  @BeforeEach
  void aFirstRunLeavesItsKeys() throws IOException {
    directory = parent.resolve("keys");
    try (KeyStores stores = stores(InstantSource.system())) {
      stores.remote(config());
      await().until(() -> Files.isDirectory(directory) && snapshot().isPresent());
    }
    file = snapshot().orElseThrow();
    server.answer(JwksServer.text(500, ""));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aColdStartWhileTheProviderIsDownUsesTheKeysOfTheRunBefore() {
    assertThat(find(InstantSource.system())).isInstanceOf(KeyLookup.Found.class);
  }

  @Test
  void onlyTheServicesUserMayReadOrWriteIt() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }

  @Test
  void keysBeyondTheStaleWindowAreNotUsed() {
    InstantSource later = () -> Instant.now().plus(Duration.ofHours(3));

    assertThat(find(later)).isInstanceOf(KeyLookup.Unavailable.class);
  }

  @Test
  void keysOfTheFutureAreNotUsed() {
    InstantSource earlier = () -> Instant.now().minus(Duration.ofHours(1));

    assertThat(find(earlier)).isInstanceOf(KeyLookup.Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw--w----", "rw-----w-", "rw-rw-rw-"})
  void aFileThatOthersMayWriteIsNotUsed(String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

    assertThat(find(InstantSource.system())).isInstanceOf(KeyLookup.Unavailable.class);
  }

  @Test
  void aDirectoryThatOthersMayWriteIsNotUsed() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(find(InstantSource.system())).isInstanceOf(KeyLookup.Unavailable.class);
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    Path elsewhere = parent.resolve("elsewhere.json");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);

    assertThat(find(InstantSource.system())).isInstanceOf(KeyLookup.Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"url\":\"http://other.example.com/jwks\"}",
        "{\"url\":\"URL\",\"fetched_at\":\"yesterday\",\"key_set\":\"{}\"}",
        "{\"url\":\"URL\",\"fetched_at\":\"NOW\",\"key_set\":\"{}\"}"
      })
  void aFileThatIsDamagedOrOfAnotherSetIsNotUsed(String content) throws IOException {
    Files.writeString(
        file,
        content.replace("URL", server.url().toString()).replace("NOW", Instant.now().toString()));

    assertThat(find(InstantSource.system())).isInstanceOf(KeyLookup.Unavailable.class);
  }

  private KeyLookup find(InstantSource clock) {
    try (KeyStores stores = stores(clock)) {
      return stores.remote(config()).find("rsa-1", "RS256", clock.instant().plusSeconds(1));
    }
  }

  private KeyStores stores(InstantSource clock) {
    return new KeyStores(
        clock, new SplittableRandom(1), (status, took) -> {}, Optional.of(directory));
  }

  private Optional<Path> snapshot() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(found -> found.toString().endsWith(".json")).findFirst();
    }
  }

  private RemoteKeysConfig config() {
    return new RemoteKeysConfig(
        server.url(),
        Duration.ofHours(1),
        Duration.ofHours(1),
        Duration.ofSeconds(5),
        Duration.ofMillis(500),
        65_536,
        100,
        RetryPolicy.NONE);
  }
}
