package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.proto.AppInput;
import org.junit.jupiter.api.Test;

/** SIGTERM ends each service gracefully. */
final class ShutdownIT {

  private static final Running HELMGATE = Running.helmgate();

  @Test
  void theDeployerEndsOnSigtermAfterHelmHasRunInIt() {
    for (var api : HELMGATE.apis("alice")) {
      var input =
          AppInput.newBuilder()
              .setNamespace("team-a")
              .setChart("sandbox/demo")
              .setAppName(HELMGATE.freshName("term"))
              .build();
      api.installApp(input).orThrow();
      api.updateApp(input).orThrow();
    }

    assertThat(HELMGATE.terminateDeployer()).as("exit status").isZero();
    assertThat(HELMGATE.http(HELMGATE.token("alice")).send("GET", "/apps/team-a", "").status())
        .isEqualTo(200);
  }

  @Test
  void extauthzEndsOnSigterm() {
    assertThat(HELMGATE.terminateExtauthz()).as("exit status").isZero();
    assertThat(HELMGATE.http(HELMGATE.token("alice")).send("GET", "/apps/team-a", "").status())
        .isEqualTo(200);
  }
}
