package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.catalog.Provenance;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Signature files that the real helm made. */
@TestInstance(Lifecycle.PER_CLASS)
final class KeyringIT {
  private final TestKey signer = TestKey.create("Ann <ann@example.com>");
  private final Path directory;
  private byte[] signature = {};
  private String digest = "";

  KeyringIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  void sign() throws IOException {
    Path chart = Files.createDirectory(directory.resolve("demo"));
    Files.writeString(
        chart.resolve("Chart.yaml"),
        "apiVersion: v2\nname: demo\nversion: 1.0.0\ndescription: \"- dashes  \"\n");
    new Cli(Checkout.find().root().resolve(".tools/bin/helm"), Map.of())
        .run(
            "package",
            chart.toString(),
            "--destination=" + directory,
            "--sign",
            "--key=Ann",
            "--keyring=" + signer.secret(directory));
    signature = Files.readAllBytes(directory.resolve("demo-1.0.0.tgz.prov"));
    digest = ArchiveCache.digest(Files.readAllBytes(directory.resolve("demo-1.0.0.tgz")));
  }

  @Test
  void aSignatureOfAKeyInTheKeyringIsVerified() throws IOException {
    for (Path keys : List.of(signer.binary(directory), signer.armored(directory))) {
      assertThat(Keyring.read(keys).check(signature, chart("demo", "1.0.0", digest)))
          .isEqualTo(
              new Provenance.Verified(
                  "Ann <ann@example.com>",
                  HexFormat.of()
                      .formatHex(signer.key().getFingerprint())
                      .toUpperCase(Locale.ROOT)));
    }
  }

  @Test
  void aSignatureOfAnotherKeyProvesNothing() throws IOException {
    Path other = TestKey.create("Ann <ann@example.com>").binary(directory);

    assertFailed(
        Keyring.read(other).check(signature, chart("demo", "1.0.0", digest)), "not by a key");
  }

  @Test
  void aRevokedKeyProvesNothing() throws IOException {
    Path revoked = signer.revoked().binary(directory);

    assertFailed(
        Keyring.read(revoked).check(signature, chart("demo", "1.0.0", digest)), "not by a key");
  }

  @Test
  void aSignatureIsForOneArchiveOfOneVersionOfOneChart() throws IOException {
    Keyring keys = Keyring.read(signer.binary(directory));

    assertFailed(keys.check(signature, chart("demo", "1.0.0", "0".repeat(64))), "for another");
    assertFailed(keys.check(signature, chart("demo", "1.0.1", digest)), "for another");
    assertFailed(keys.check(signature, chart("other", "1.0.0", digest)), "for another");
  }

  @Test
  void whatWasChangedOrIsNoSignatureProvesNothing() throws IOException {
    Keyring keys = Keyring.read(signer.binary(directory));
    String text = new String(signature, StandardCharsets.UTF_8);
    IndexedChart chart = chart("demo", "1.0.0", digest);

    for (String changed :
        List.of(
            text.replace("name: demo", "name: demo "),
            text.replace("name: demo", "name:  demo"),
            text.replace(digest, "0".repeat(64)),
            text.replaceFirst("(?s)-----BEGIN PGP SIGNATURE.*", ""),
            text.replaceFirst("(?s)^.*-----BEGIN PGP SIGNATURE", "-----BEGIN PGP SIGNATURE"),
            text.substring(0, text.length() / 2),
            "-----BEGIN PGP SIGNED MESSAGE-----",
            "hello",
            "")) {
      Provenance result = keys.check(changed.getBytes(StandardCharsets.UTF_8), chart);
      if (changed.contains("name: demo \n")) {
        assertThat(result)
            .as("space at line ends is not signed")
            .isInstanceOf(Provenance.Verified.class);
      } else {
        assertThat(result).as(changed).isInstanceOf(Provenance.Failed.class);
      }
    }
  }

  @Test
  void textAroundWhatIsSignedDoesNotCount() throws IOException {
    String forged =
        "name: demo\nversion: 6.6.6\n\n...\nfiles:\n  demo-6.6.6.tgz: sha256:" + digest + "\n\n";
    byte[] file =
        (forged + new String(signature, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);

    assertFailed(
        Keyring.read(signer.binary(directory)).check(file, chart("demo", "6.6.6", digest)),
        "for another");
  }

  @Test
  void aKeyringWithoutKeysIsRefused() throws IOException {
    for (byte[] content : new byte[][] {{}, "hello".getBytes(StandardCharsets.UTF_8)}) {
      Path file = Files.write(Files.createTempFile(directory, "empty", ".gpg"), content);

      assertThatThrownBy(() -> Keyring.read(file)).isInstanceOf(IOException.class);
    }
  }

  private static void assertFailed(Provenance provenance, String text) {
    assertThat(provenance)
        .isInstanceOfSatisfying(
            Provenance.Failed.class, failed -> assertThat(failed.problem()).contains(text));
  }

  private static IndexedChart chart(String name, String version, String digest) {
    return IndexedChart.of(
        new ChartListing(
            ChartMetadata.of("test/" + name, version, Map.of()),
            "",
            "",
            "",
            Optional.empty(),
            "sha256:" + digest),
        ChartVersion.parse(version).orElseThrow(),
        List.of());
  }
}
