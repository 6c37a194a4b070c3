package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.e2e.client.HelmApi;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example policy decides alike on three transports. */
final class AuthorizationIT {

  private static final Running HELMGATE = Running.helmgate();

  static List<HelmApi> teamUser() {
    return HELMGATE.apis("bob");
  }

  static List<HelmApi> reader() {
    return HELMGATE.apis("carol");
  }

  @ParameterizedTest
  @MethodSource("teamUser")
  void aTeamUserMayInstallInItsOwnNamespaceOnly(HelmApi api) {
    var name = HELMGATE.freshName("own");

    assertThat(api.installApp(input("team-a", name)).code()).isEqualTo(Code.OK);
    assertThat(api.installApp(input("team-b", name)).code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(api.searchApps(AppFilter.newBuilder().setNamespace("team-b").build()).code())
        .isEqualTo(Code.PERMISSION_DENIED);
    assertThat(HELMGATE.helmJson("list", "-a", "-n", "team-b")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("reader")
  void aReaderMayReadAndNotWrite(HelmApi api) {
    var name = HELMGATE.freshName("read");

    assertThat(api.searchApps(AppFilter.newBuilder().setNamespace("team-a").build()).code())
        .isEqualTo(Code.OK);
    assertThat(api.installApp(input("team-a", name)).code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(
            api.uninstallApp(AppRef.newBuilder().setNamespace("team-a").setName(name).build())
                .code())
        .isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void aDocumentWithOneForbiddenFieldIsRefusedWhole() {
    var allowed = HELMGATE.freshName("both");
    var forbidden = HELMGATE.freshName("both");
    var reply =
        HELMGATE
            .http(HELMGATE.token("bob"))
            .send(
                "POST",
                "/graphql",
                """
                {"query": "mutation { a: installApp(input: {namespace: \\"team-a\\", chart: \\"sandbox/demo\\", app_name: \\"%s\\"}) { name } b: installApp(input: {namespace: \\"team-b\\", chart: \\"sandbox/demo\\", app_name: \\"%s\\"}) { name } }"}
                """
                    .formatted(allowed, forbidden));

    assertThat(reply.status()).isEqualTo(403);
    assertThat(
            HELMGATE.helmJson(
                "list", "-a", "-A", "--filter", "^(" + allowed + "|" + forbidden + ")$"))
        .isEmpty();
  }

  @Test
  void aFieldThatIsSkippedIsStillDecided() {
    var reply =
        HELMGATE
            .http(HELMGATE.token("bob"))
            .send(
                "POST",
                "/graphql",
                """
                {"query": "query($no: Boolean!) { a: searchApps(input: {namespace: \\"team-a\\"}) { name } b: searchApps(input: {namespace: \\"team-b\\"}) @include(if: $no) { name } }", "variables": {"no": false}}
                """);

    assertThat(reply.status()).isEqualTo(403);
  }

  @Test
  void aGroupOfTheClusterItselfGainsNothing() {
    var reply = HELMGATE.http(HELMGATE.token("mallory")).send("GET", "/apps/kube-system", "");

    assertThat(reply.status()).isEqualTo(403);
  }

  private static AppInput input(String namespace, String name) {
    return AppInput.newBuilder()
        .setNamespace(namespace)
        .setChart("sandbox/demo")
        .setAppName(name)
        .build();
  }
}
