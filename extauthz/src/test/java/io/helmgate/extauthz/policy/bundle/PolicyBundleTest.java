package io.helmgate.extauthz.policy.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.helmgate.kit.config.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyBundleTest {

  private static final long MIB = 1 << 20;
  private static final Map<String, String> SOURCE =
      Map.of(
          "policy.rego", "package helmgate.authz\n\nallow if input.user in data.team.members\n",
          "team/data.json",
              "{\"members\": [\"zoë \\u2028 🐎 <&>\", \"a\\\\b\\u0001\\/\"], \"n\": 1.50e+3, \"ﬀ\": 1, \"🐎\": 2}");

  @TempDir private Path directory;
  private TestBundles bundles;

  @BeforeEach
  void start() {
    bundles = new TestBundles(directory);
  }

  private Optional<BundleKeys> keys(String scope, String... algorithms) {
    return Optional.of(new BundleKeys(Secret.of(bundles.publicPem()), scope, List.of(algorithms)));
  }

  private static ThrowableAssertAlternative<InvalidBundleException> refused(
      byte[] archive, Optional<BundleKeys> keys) {
    return assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> PolicyBundle.read(archive, keys, 8 * MIB));
  }

  private static PolicyBundle read(byte[] archive, Optional<BundleKeys> keys) throws Exception {
    return PolicyBundle.read(archive, keys, 8 * MIB);
  }

  @Test
  void whatOpaBuildMakesIsRead() throws Exception {
    byte[] archive = bundles.build(SOURCE, "-t", "wasm", "-e", "helmgate/authz/allow", "-r", "v7");
    PolicyBundle bundle = read(archive, Optional.empty());
    assertThat(bundle.revision()).isEqualTo("v7");
    assertThat(bundle.module("helmgate/authz/allow")).isPresent();
    assertThat(bundle.module("helmgate/authz/other")).isEmpty();
    assertThat(new String(bundle.data(), StandardCharsets.UTF_8)).contains("members");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rego", "wasm", "plan"})
  void whatOpaSignsIsVerified(String target) throws Exception {
    byte[] archive = bundles.signed(SOURCE, "-t", target, "-e", "helmgate/authz/allow");
    assertThat(read(archive, keys("")).files()).containsKey(".signatures.json");
    assertThat(read(archive, keys("", "RS256")).files()).containsKey("data.json");
  }

  @Test
  void aScopeIsComparedExactly() throws Exception {
    Path claims = directory.resolve("claims.json");
    Files.writeString(claims, "{\"scope\": \"production\"}");
    byte[] archive = bundles.signed(SOURCE, "--claims-file", claims.toString());
    assertThat(read(archive, keys("production")).files()).isNotEmpty();
    refused(archive, keys("")).withMessageContaining("scope: 'production' (expected: '')");
    refused(archive, keys("staging")).withMessageContaining("(expected: 'staging')");
  }

  @Test
  void anUnsignedBundleIsRefusedWhereKeysAreSet() throws Exception {
    refused(bundles.build(SOURCE), keys("")).withMessageContaining("not signed");
  }

  @Test
  void anotherKeyAndAnotherAlgorithmAreRefused() throws Exception {
    refused(bundles.signedBy(TestBundles.newKey(), SOURCE), keys(""))
        .withMessageContaining("none of the configured keys");
    refused(bundles.signed(SOURCE), keys("", "ES256")).withMessageContaining("RS256");
  }

  @Test
  void aFileThatWasChangedAddedOrTakenAwayIsRefused() throws Exception {
    PolicyBundle good = read(bundles.signed(SOURCE), keys(""));

    Map<String, byte[]> changed = new LinkedHashMap<>(good.files());
    changed.put(
        "data.json", "{\"team\": {\"members\": [\"mallory\"]}}".getBytes(StandardCharsets.UTF_8));
    refused(TestBundles.tar(changed), keys("")).withMessageContaining("data.json is not what");

    Map<String, byte[]> added = new LinkedHashMap<>(good.files());
    added.put("more.rego", "package more".getBytes(StandardCharsets.UTF_8));
    refused(TestBundles.tar(added), keys("")).withMessageContaining("more.rego is not signed");

    Map<String, byte[]> taken = new LinkedHashMap<>(good.files());
    taken.remove("data.json");
    refused(TestBundles.tar(taken), keys("")).withMessageContaining("missing: [data.json]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.rego",
        "a/../../evil.rego",
        "a//b.rego",
        "//etc/x.rego",
        "a/./b.rego",
        "a\\b.rego",
        "a\nb.rego",
        "..",
        "a/..",
        "."
      })
  void aNameThatLeadsOutsideIsRefused(String name) throws Exception {
    refused(TestBundles.tar(TestBundles.entry(name, 1)), Optional.empty())
        .withMessageContaining("without '..' below the bundle's root");
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_SYMLINK,
        TarConstants.LF_LINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO
      })
  void linksAndDevicesAreRefused(byte type) throws Exception {
    TarArchiveEntry entry = new TarArchiveEntry("policy.rego", type);
    entry.setLinkName("/etc/passwd");
    refused(TestBundles.tar(entry), Optional.empty())
        .withMessageContaining("link or a special file");
  }

  @Test
  void aFileThatIsThereTwiceIsRefused() throws Exception {
    refused(
            TestBundles.tar(TestBundles.entry("/a.rego", 1), TestBundles.entry("a.rego", 1)),
            Optional.empty())
        .withMessageContaining("twice");
  }

  @Test
  void aSmallArchiveThatUnpacksToAHugeOneIsRefused() throws Exception {
    byte[] bomb = TestBundles.tar(TestBundles.entry("a.rego", 64 * MIB));
    assertThat(bomb.length).isLessThan(1 << 20);
    refused(bomb, Optional.empty()).withMessageContaining("when unpacked");
  }

  @Test
  void tooManyFilesAreRefused() throws Exception {
    TarArchiveEntry[] many = new TarArchiveEntry[10_001];
    Arrays.setAll(many, i -> TestBundles.entry("f" + i, 0));
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> PolicyBundle.read(TestBundles.tar(many), Optional.empty(), 64 * MIB))
        .withMessageContaining("more than 10000 files");
  }

  @Test
  void anArchiveCutAnywhereIsRefused() throws Exception {
    byte[] whole = bundles.build(SOURCE);
    for (int length = 0; length < whole.length; length += 7) {
      refused(Arrays.copyOf(whole, length), Optional.empty());
    }
    refused(Arrays.copyOf(whole, whole.length - 1), Optional.empty());
  }

  @Test
  void aChangedByteIsFound() throws Exception {
    byte[] archive = bundles.build(SOURCE);
    archive[archive.length - 5] ^= 1; // in gzip's checksum
    refused(archive, Optional.empty());
  }

  @Test
  void dataOutsideOfTheRootsIsRefused() throws Exception {
    byte[] archive =
        TestBundles.tar(
            Map.of(
                ".manifest", "{\"roots\": [\"helmgate\"]}".getBytes(StandardCharsets.UTF_8),
                "data.json",
                    "{\"helmgate\": {\"x\": 1}, \"other\": 2}".getBytes(StandardCharsets.UTF_8)));
    PolicyBundle bundle = read(archive, Optional.empty());
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(bundle::data)
        .withMessageContaining("data at other is outside of the roots [helmgate]");
  }

  @Test
  void aDeltaBundleIsRefused() throws Exception {
    refused(
            TestBundles.tar(Map.of("patch.json", "{}".getBytes(StandardCharsets.UTF_8))),
            Optional.empty())
        .withMessageContaining("delta");
  }
}
