package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.e2e.client.HelmApi;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With a policy that allows everything, Kubernetes still refuses what the caller may not do. */
final class ImpersonationIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String ALLOW_ALL =
      """
      package helmgate.authz

      default allow := true
      """;

  @BeforeAll
  static void allowEverything() {
    HELMGATE.usePolicy(ALLOW_ALL);
  }

  @AfterAll
  static void restorePolicy() {
    HELMGATE.useExamplePolicy();
  }

  static List<HelmApi> teamUser() {
    return HELMGATE.apis("bob");
  }

  static List<HelmApi> mallory() {
    return HELMGATE.apis("mallory");
  }

  @ParameterizedTest
  @MethodSource("teamUser")
  void kubernetesRefusesATeamUserOutsideItsNamespace(HelmApi api) {
    var name = HELMGATE.freshName("wide");
    var reply = api.installApp(input("team-b", name));

    assertThat(reply.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(reply.message()).contains("team-b").doesNotContain("/tmp", "kubeconfig");
    assertThat(api.searchApps(AppFilter.newBuilder().setNamespace("team-b").build()).code())
        .isEqualTo(Code.PERMISSION_DENIED);
    assertThat(api.searchApps(AppFilter.getDefaultInstance()).code())
        .isEqualTo(Code.PERMISSION_DENIED);
    assertThat(HELMGATE.helmJson("list", "-a", "-n", "team-b")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("teamUser")
  void aNamespaceAdminWhoMayNotCreateNamespacesInstallsIntoAnExistingOne(HelmApi api) {
    assertThat(api.installApp(input("team-a", HELMGATE.freshName("admin"))).code())
        .isEqualTo(Code.OK);
    assertThat(api.installApp(input("team-new", HELMGATE.freshName("admin"))).code())
        .isEqualTo(Code.PERMISSION_DENIED);
  }

  @ParameterizedTest
  @MethodSource("mallory")
  void aTokenThatClaimsSystemMastersGainsNothing(HelmApi api) {
    assertThat(api.searchApps(AppFilter.newBuilder().setNamespace("kube-system").build()).code())
        .isEqualTo(Code.PERMISSION_DENIED);
    assertThat(api.installApp(input("kube-system", HELMGATE.freshName("masters"))).code())
        .isEqualTo(Code.PERMISSION_DENIED);
  }

  private static AppInput input(String namespace, String name) {
    return AppInput.newBuilder()
        .setNamespace(namespace)
        .setChart("sandbox/demo")
        .setAppName(name)
        .build();
  }
}
