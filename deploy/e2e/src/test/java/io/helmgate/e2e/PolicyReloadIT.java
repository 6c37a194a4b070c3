package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The policy file is edited while the system runs. */
final class PolicyReloadIT {

  private static final Running HELMGATE = Running.helmgate();

  @AfterEach
  void restorePolicy() {
    HELMGATE.useExamplePolicy();
  }

  @Test
  void anEditedPolicyIsInForceWithoutARestart() {
    assertThat(status("alice")).isEqualTo(200);

    HELMGATE.usePolicy(
        """
        package helmgate.authz

        default allow := false
        """);

    assertThat(status("alice")).isEqualTo(403);
  }

  @Test
  void aBrokenPolicyLeavesTheOldOneInForceAndNamesLineAndColumn() {
    HELMGATE.writePolicy(
        """
        package helmgate.authz

        default allow := fals
        """);

    await("the error is reported")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(HELMGATE.extauthzLog()).containsPattern("helmgate\\.rego:3(:\\d+)?"));
    assertThat(status("alice")).isEqualTo(200);
    assertThat(status("carol")).isEqualTo(200);
  }

  private static int status(String user) {
    return HELMGATE.http(HELMGATE.token(user)).send("GET", "/apps/team-a", "").status();
  }
}
