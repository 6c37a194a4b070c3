package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Code;
import io.helmgate.e2e.client.HttpApi;
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
  void anOperationThatWaitsWhenTheDeployerIsToldToEndIsAbortedAndItsReleaseUsable() {
    var http = HELMGATE.http(HELMGATE.freshToken("bob"));
    var name = HELMGATE.freshName("term");
    var operation =
        http.send(
                "POST",
                "/v1/clusters/default/namespaces/team-a/releases",
                """
                {"releaseId": "%s", "chart": "sandbox/demo",
                 "values": {"nodeSelector": {"no": "such-node"}}}
                """
                    .formatted(name))
            .json()
            .path("name")
            .asText();
    await("Helm has applied the objects")
        .until(() -> at(http, operation, "/metadata/phase").equals("OPERATION_PHASE_WAITING"));

    assertThat(HELMGATE.terminateDeployer()).as("exit status").isZero();

    await("it has ended").until(() -> at(http, operation, "/done").equals("true"));
    assertThat(at(http, operation, "/error/code")).isEqualTo(String.valueOf(Code.ABORTED_VALUE));
    assertThat(at(http, operation, "/error/message")).contains("stopped", "revision 1");
    assertThat(HELMGATE.helmJson("status", name, "-n", "team-a").at("/info/status").asText())
        .isIn("failed", "deployed");
    assertThat(
            http.send(
                    "POST",
                    "/v1/clusters/default/namespaces/team-a/releases/" + name + ":upgrade",
                    "{\"chart\": \"sandbox/demo\", \"wait\": true, \"values\": {}}")
                .json()
                .at("/response/status")
                .asText())
        .isEqualTo("deployed");
  }

  private static String at(HttpApi http, String operation, String pointer) {
    return http.send("GET", "/v1/" + operation, "").json().at(pointer).asText();
  }

  @Test
  void extauthzEndsOnSigterm() {
    assertThat(HELMGATE.terminateExtauthz()).as("exit status").isZero();
    assertThat(HELMGATE.http(HELMGATE.token("alice")).send("GET", "/apps/team-a", "").status())
        .isEqualTo(200);
  }
}
