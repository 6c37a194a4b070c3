package io.helmgate.extauthz.limits.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dropwizard.metrics5.MetricRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretVaultTest {

  private final SecretVault vault = new SecretVault(2, new MetricRegistry());
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    timer.shutdownNow();
    vault.close();
  }

  @Test
  void aFullVaultRefusesANewSecretAndZeroesIt() {
    byte[] third = bytes("three");
    assertThat(vault.put("a", bytes("one"))).isEqualTo(new Storing.Stored());
    assertThat(vault.put("b", bytes("two"))).isEqualTo(new Storing.Stored());

    assertThat(vault.put("c", third)).isEqualTo(new Storing.Full(2));

    assertThat(third).containsOnly(0);
    assertThat(read("c")).isEmpty();
    assertThat(vault.put("a", bytes("another"))).isEqualTo(new Storing.Stored());
    assertThat(read("a")).contains("another");
  }

  @Test
  void whatIsReplacedRemovedOrLeftAtTheEndIsZeroed() {
    byte[] replaced = bytes("one");
    byte[] removed = bytes("two");
    byte[] left = bytes("three");
    vault.put("a", replaced);
    vault.put("b", left);
    vault.put("a", removed);
    assertThat(replaced).containsOnly(0);

    vault.remove("a");
    assertThat(removed).containsOnly(0);
    assertThat(read("a")).isEmpty();

    vault.close();
    assertThat(left).containsOnly(0);
    assertThat(read("b")).isEmpty();
  }

  @Test
  void aFileIsReadWithItsPrefixAndAgainWhenItChanges() throws Exception {
    Path file = Files.writeString(directory.resolve("registry"), "hush\n");
    SecretFiles.follow(vault, Map.of("registry", new SecretFiles.Source(file, "Bearer ")), timer);
    assertThat(read("registry")).contains("Bearer hush");

    Files.writeString(file, "two\nlines");
    Files.writeString(file, "other");

    await().until(() -> read("registry").equals(Optional.of("Bearer other")));
  }

  @Test
  void aFileThatIsNoHeaderValueIsRefusedWithoutShowingIt() throws Exception {
    Path file = Files.writeString(directory.resolve("registry"), "hush\nhush\n");

    assertThatThrownBy(
            () ->
                SecretFiles.follow(
                    vault, Map.of("registry", new SecretFiles.Source(file, "")), timer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("hush");
    assertThat(read("registry")).isEmpty();
  }

  private Optional<String> read(String name) {
    return vault.use(name, secret -> new String(secret, StandardCharsets.US_ASCII));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
