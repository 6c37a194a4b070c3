package io.helmgate.sandbox.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoProgramTest {
  @ParameterizedTest
  @CsvSource({
    "go.etcd.io/etcd/server/v3, '', server",
    "github.com/open-policy-agent/opa, '', opa",
    "k8s.io/kubernetes, cmd/kube-apiserver, kube-apiserver",
    "helm.sh/helm/v3, cmd/helm, helm",
  })
  void isBuiltUnderTheNameThatGoGivesIt(String module, String source, String binary) {
    assertThat(GoProgram.of("any", module, source).binary()).isEqualTo(binary);
  }

  @ParameterizedTest
  @CsvSource({
    "Kubernetes v1.36.3, 1.36.3, true",
    "'Client Version: v1.36.3\nKustomize Version: v5.8.1', 1.36.3, true",
    "'Version: 1.22.2', 1.22.2, true",
    "v3.21.4+gabcdef, 3.21.4, true",
    "Kubernetes v1.36.30, 1.36.3, false",
    "Kubernetes v11.36.3, 1.36.3, false",
    "Kubernetes v1.36.3-rc.1, 1.36.3, false",
    "'Client Version: v1.32.4', 1.36.3, false",
  })
  void takesOnlyExactlyThePinnedVersion(String output, String version, boolean same) {
    assertThat(GoProgram.names(output, version)).isEqualTo(same);
  }

  @Test
  void readsVersionsFromBothFormsOfRequireLines() {
    var mod =
        new GoMod(
            Path.of("x"),
            """
            module m

            require a.io/one v1.2.3

            require (
            	a.io/two v0.4.0-rc.1 // indirect
            	a.io/twofold v9.9.9
            )
            """,
            "");

    assertThat(mod.version("a.io/one")).isEqualTo("1.2.3");
    assertThat(mod.version("a.io/two")).isEqualTo("0.4.0-rc.1");
    assertThatThrownBy(() -> mod.version("a.io/three"))
        .hasMessage("x/go.mod: no a.io/three (expected: a line that requires it)");
  }
}
