package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.policy.source.RegoProblem;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.policy.wasm.EngineLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LivePolicyTest {

  private static final String ALICE_ONLY =
      """
      package helmgate.authz

      default allow := false

      allow if input.claims.sub == "alice"
      """;
  private static final String BOB_ONLY = ALICE_ONLY.replace("alice", "bob");
  private static final Duration FAST = Duration.ofMillis(25);

  @TempDir private Path directory;

  private static PolicyConfig inline(String rego) {
    return PolicyConfig.inline(rego, PolicyConfig.DEFAULT_QUERY, RegoVersion.V1, Tools.opa());
  }

  private static PolicyConfig files(Path... paths) {
    return PolicyConfig.files(
            List.of(paths), PolicyConfig.DEFAULT_QUERY, RegoVersion.V1, Tools.opa())
        .withPollInterval(FAST);
  }

  private static LivePolicy start(PolicyConfig config) throws Exception {
    return LivePolicy.start(config, PolicyEnvironment.system());
  }

  private static PolicyOutcome decide(Policy policy, String input) {
    return policy.decide(input.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean allows(Policy policy, String subject) {
    return decide(policy, "{\"claims\": {\"sub\": \"" + subject + "\"}}")
        instanceof PolicyOutcome.Allowed;
  }

  private Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  @Test
  void aBooleanRuleFromAFileAllowsAndDenies() throws Exception {
    try (LivePolicy policy = start(files(write("policy.rego", ALICE_ONLY)))) {
      assertThat(decide(policy, "{\"claims\": {\"sub\": \"alice\"}}"))
          .isEqualTo(new PolicyOutcome.Allowed(PolicyEffects.none()));
      assertThat(decide(policy, "{\"claims\": {\"sub\": \"bob\"}}"))
          .isEqualTo(new PolicyOutcome.Denied(PolicyEffects.none()));
      assertThat(policy.revision()).matches("[0-9a-f]{64}");
      assertThat(policy.reads()).hasToString("{claims={sub=*}}");
    }
  }

  @Test
  void aRuleWithoutAValueIsUndefined() throws Exception {
    String rego = "package helmgate.authz\n\nallow if input.x == 1\n";
    try (LivePolicy policy = start(inline(rego))) {
      assertThat(decide(policy, "{}")).isEqualTo(new PolicyOutcome.Undefined());
    }
  }

  @Test
  void aDirectoryBringsItsDataAndSeveralFiles() throws Exception {
    write("policies/main.rego", "package helmgate.authz\n\nallow if data.lib.known\n");
    write("policies/lib.rego", "package lib\n\nknown if input.user in data.team.members\n");
    write("policies/team/data.json", "{\"members\": [\"zoë\"]}");
    try (LivePolicy policy = start(files(directory.resolve("policies")))) {
      assertThat(decide(policy, "{\"user\": \"zoë\"}")).isInstanceOf(PolicyOutcome.Allowed.class);
      assertThat(decide(policy, "{\"user\": \"zoe\"}")).isInstanceOf(PolicyOutcome.Undefined.class);
    }
  }

  @Test
  void aBrokenPolicyAtTheStartNamesFileLineAndColumn() throws Exception {
    Path file = write("broken.rego", "package helmgate.authz\n\nallow if {\n  foo(input.x)\n}\n");
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(() -> start(files(file)))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        new RegoProblem(
                            file.toString(), 4, 3, "rego_type_error: undefined function foo")))
        .withMessage(file + ":4:3: rego_type_error: undefined function foo");
  }

  @Test
  void anInlinePolicyIsNamedByItsKey() {
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(() -> start(inline("package helmgate.authz\n\nallow if {\n")))
        .withMessageStartingWith("rego_policy:");
  }

  @Test
  void aV0PolicyWithoutItsMarkIsToldTheKey() {
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(
            () -> start(inline("package helmgate.authz\n\nallow { input.user == \"x\" }\n")))
        .withMessageStartingWith("rego_policy:3:1: rego_parse_error")
        .withMessageContaining("rego_version: v0");
  }

  @Test
  void aV0PolicyWithItsMarkLoads() throws Exception {
    String rego = "package helmgate.authz\n\nallow { input.user == \"x\" }\n";
    try (LivePolicy policy =
        start(PolicyConfig.inline(rego, PolicyConfig.DEFAULT_QUERY, RegoVersion.V0, Tools.opa()))) {
      assertThat(decide(policy, "{\"user\": \"x\"}")).isInstanceOf(PolicyOutcome.Allowed.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.helmgate.authz.allow == true",
        "data.helmgate[x].allow",
        "input.allow",
        "data",
        "data.helmgate.authz.allow; true",
        "x := data.helmgate.authz.allow",
        "data[\"a/b\"].allow",
        ""
      })
  void aQueryThatIsNoGroundReferenceIsRefused(String query) {
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(
            () -> start(PolicyConfig.inline(ALICE_ONLY, query, RegoVersion.V1, Tools.opa())))
        .withMessage(
            "rego_query: "
                + query
                + " (expected: a ground reference such as data.helmgate.authz.allow)");
  }

  @Test
  void aQueryForARuleThatIsNotThereSaysSo() {
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(
            () ->
                start(
                    PolicyConfig.inline(
                        ALICE_ONLY, "data.helmgate.authz.nope", RegoVersion.V1, Tools.opa())))
        .withMessageContaining("helmgate/authz/nope");
  }

  @Test
  void aMissingCompilerIsNamed() {
    Path missing = directory.resolve("opa");
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(
            () ->
                start(
                    PolicyConfig.inline(
                        ALICE_ONLY, PolicyConfig.DEFAULT_QUERY, RegoVersion.V1, missing)))
        .withMessageContaining("opa: " + missing);
  }

  @Test
  void aHungCompilerIsStoppedAtItsDeadline() throws Exception {
    Path hung = write("opa", "#!/bin/sh\nexec sleep 600\n");
    assertThat(hung.toFile().setExecutable(true)).isTrue();
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(
            () ->
                start(
                    PolicyConfig.inline(
                            ALICE_ONLY, PolicyConfig.DEFAULT_QUERY, RegoVersion.V1, hung)
                        .withCompileDeadline(Duration.ofMillis(200))))
        .withMessageContaining("200 ms");
  }

  @Test
  void anEditedFileComesIntoForce() throws Exception {
    Path file = write("policy.rego", ALICE_ONLY);
    try (LivePolicy policy = start(files(file))) {
      String first = policy.revision();
      Files.writeString(file, BOB_ONLY);
      await().until(() -> allows(policy, "bob"));
      assertThat(allows(policy, "alice")).isFalse();
      assertThat(policy.revision()).isNotEqualTo(first);
      assertThat(policy.status().loads()).isEqualTo(2);
    }
  }

  @Test
  void aFileReplacedByRenameComesIntoForce() throws Exception {
    Path file = write("policy.rego", ALICE_ONLY);
    try (LivePolicy policy = start(files(file))) {
      Path next = write("policy.rego.swp", BOB_ONLY);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      await().until(() -> allows(policy, "bob"));
    }
  }

  @Test
  void aConfigMapThatChangesItsLinksComesIntoForce() throws Exception {
    write("mount/..2026_a/policy.rego", ALICE_ONLY);
    write("mount/..2026_b/policy.rego", BOB_ONLY);
    Path mount = directory.resolve("mount");
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_a"));
    Files.createSymbolicLink(mount.resolve("policy.rego"), Path.of("..data", "policy.rego"));
    try (LivePolicy policy = start(files(mount))) {
      assertThat(allows(policy, "alice")).isTrue();
      Path next = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2026_b"));
      Files.move(next, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      await().until(() -> allows(policy, "bob"));
    }
  }

  @Test
  void aBrokenNewVersionKeepsTheOldOneAndSaysWhere() throws Exception {
    Path file = write("policy.rego", ALICE_ONLY);
    try (LivePolicy policy = start(files(file))) {
      String first = policy.revision();
      Files.writeString(file, "package helmgate.authz\n\nallow if {\n  input.x ==\n}\n");
      await().until(() -> policy.status().lastError().isPresent());
      assertThat(policy.status().lastError().orElseThrow())
          .startsWith(file + ":5:1: rego_parse_error: ");
      assertThat(policy.revision()).isEqualTo(first);
      assertThat(allows(policy, "alice")).isTrue();

      Files.writeString(file, BOB_ONLY);
      await().until(() -> allows(policy, "bob"));
      assertThat(policy.status().lastError()).isEmpty();
      assertThat(policy.status().errors()).isEqualTo(1);
    }
  }

  @Test
  void aFileThatGoesAwayKeepsTheOldPolicyUntilItIsBack() throws Exception {
    Path file = write("policy.rego", ALICE_ONLY);
    try (LivePolicy policy = start(files(file))) {
      Files.delete(file);
      await().until(() -> policy.status().lastError().isPresent());
      assertThat(allows(policy, "alice")).isTrue();
      Files.writeString(file, ALICE_ONLY);
      await().until(() -> policy.status().lastError().isEmpty());
      assertThat(policy.status().loads()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "{\"a\":", "nul"})
  void anInputThatIsNoJsonFailsInsteadOfBeingUndefined(String input) throws Exception {
    String rego = "package helmgate.authz\n\nallow if not input.blocked\n";
    try (LivePolicy policy = start(inline(rego))) {
      assertThat(decide(policy, input)).isInstanceOf(PolicyOutcome.Failed.class);
      assertThat(decide(policy, "{}")).isInstanceOf(PolicyOutcome.Allowed.class);
    }
  }

  @Test
  void textBeyondAsciiIsComparedAsItIs() throws Exception {
    String rego = "package helmgate.authz\n\nallow if input.name == \"žluťoučký 🐎 \\u0000\"\n";
    try (LivePolicy policy = start(inline(rego))) {
      assertThat(decide(policy, "{\"name\": \"žluťoučký 🐎 \\u0000\"}"))
          .isInstanceOf(PolicyOutcome.Allowed.class);
      assertThat(decide(policy, "{\"name\": \"zlutoucky\"}"))
          .isInstanceOf(PolicyOutcome.Undefined.class);
    }
  }

  @Test
  void aLargeInputIsDecidedAndTheNextSmallOneToo() throws Exception {
    String large =
        "{\"claims\": {\"sub\": \"alice\"}, \"body\": \""
            + "x".repeat(1 << 20)
            + "\", \"list\": ["
            + "1,".repeat(1 << 18)
            + "1]}";
    EngineLimits patient =
        new EngineLimits(1, Duration.ofSeconds(1), Duration.ofSeconds(30), 256L << 20, 16L << 20);
    try (LivePolicy policy = start(inline(ALICE_ONLY).withLimits(patient))) {
      for (int round = 0; round < 3; round++) {
        assertThat(decide(policy, large)).isInstanceOf(PolicyOutcome.Allowed.class);
        assertThat(allows(policy, "bob")).isFalse();
      }
      assertThat(policy.status().discardedInstances()).isPositive();
    }
  }

  @Test
  void anInputDeeperThanTheStackFailsAndTheNextOneIsDecided() throws Exception {
    try (LivePolicy policy = start(inline(ALICE_ONLY))) {
      assertThat(decide(policy, "[".repeat(2_000_000))).isInstanceOf(PolicyOutcome.Failed.class);
      assertThat(allows(policy, "alice")).isTrue();
    }
  }

  @Test
  void anInputThatNeedsMoreThanTheMemoryCapFails() throws Exception {
    EngineLimits tight =
        new EngineLimits(1, Duration.ofSeconds(1), Duration.ofSeconds(10), 4 << 20, 1 << 20);
    try (LivePolicy policy = start(inline(ALICE_ONLY).withLimits(tight))) {
      assertThat(decide(policy, "{\"body\": \"" + "x".repeat(8 << 20) + "\"}"))
          .isInstanceOf(PolicyOutcome.Failed.class);
      assertThat(allows(policy, "alice")).isTrue();
    }
  }

  @Test
  void aRuleThatRunsTooLongIsStopped() throws Exception {
    String rego =
        """
        package helmgate.authz

        allow if count([1 | some i in input.n; some j in input.n; some k in input.n; i + j == k]) < 0
        """;
    EngineLimits short_ =
        new EngineLimits(1, Duration.ofSeconds(1), Duration.ofMillis(100), 1L << 30, 16L << 20);
    String numbers = "{\"n\": [" + "1,".repeat(5_000) + "1]}";
    try (LivePolicy policy = start(inline(rego).withLimits(short_))) {
      assertThat(decide(policy, numbers))
          .isEqualTo(new PolicyOutcome.Failed("stopped after 100 ms"));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      assertThat(decide(policy, "{\"n\": []}")).isInstanceOf(PolicyOutcome.Undefined.class);
    }
  }
}
