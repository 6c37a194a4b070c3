package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HelmEnvironmentTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "secrets"})
  void takesSecretsAsStorage(String driver) {
    assertThatCode(() -> HelmEnvironment.check(Map.of("HELM_DRIVER", driver, "HOME", "/root")))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesOtherStorageAndOtherServersAllAtOnce() {
    assertThatThrownBy(
            () ->
                HelmEnvironment.check(
                    Map.of("HELM_DRIVER", "sql", "HELM_KUBEAPISERVER", "x", "HELM_KUBETOKEN", "y")))
        .hasMessage(
            "environment: HELM_DRIVER: \"sql\" (expected: secret);"
                + " HELM_KUBEAPISERVER: set (expected: not set);"
                + " HELM_KUBETOKEN: set (expected: not set)");
  }
}
