package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImpersonationTest {
  @Test
  void takesNamesOfAllAlphabets() {
    Caller caller = new Caller("keycloak:Jörg 王", List.of("team a", "x:y"), "d");

    assertThat(Impersonation.check(caller)).isEqualTo(Outcome.success(caller));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "alice ",
        " alice",
        "a\nImpersonate-Group: b",
        "system:admin",
        "a\u0000b"
      })
  void refusesNamesThatWouldArriveAsOthers(String name) {
    assertThat(Impersonation.check(new Caller(name, List.of(), "d")))
        .isInstanceOf(Outcome.Failure.class);
    assertThat(Impersonation.check(new Caller("alice", List.of("ok", name), "d")))
        .isInstanceOf(Outcome.Failure.class);
  }
}
