package io.helmgate.sandbox.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Component;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import io.helmgate.sandbox.charts.ChartRepository;
import io.helmgate.sandbox.process.Cli;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ControlPlaneIT {
  private static Sandbox sandbox;
  private static Cli kubectl;
  private static Cli helm;

  @BeforeAll
  static void start(@TempDir Path run) {
    sandbox =
        Sandbox.start(
            SandboxOptions.in(Checkout.find())
                .run(run)
                .only(Component.CLUSTER, Component.CHARTS)
                .progress(System.out::println));
    kubectl = sandbox.cluster().kubectl();
    helm = sandbox.cluster().helm();
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @Test
  void aChartOfTheRepositoryBecomesAvailableAndPassesItsTest() {
    install("web", "--set=settings.flag=true", "--set-string=settings.code=007");

    assertThat(json("configmap/web", "{.data['chart-version']}")).isEqualTo("0.2.0");
    assertThat(json("configmap/web", "{.data['setting\\.flag']}")).isEqualTo("true");
    assertThat(json("configmap/web", "{.data['setting\\.code']}")).isEqualTo("\"007\"");
    assertThat(json("deployment/web", "{.status.availableReplicas}")).isEqualTo("1");
    assertThat(helm.run("test", "web", "-n", "team-b", "--timeout=60s", "--logs"))
        .contains("Phase:          Succeeded", "the sandbox runs no containers");
  }

  @Test
  void aServiceOfTypeLoadBalancerGetsAnAddressUnlessItIsLabelled() {
    install("balanced", "--set=service.type=LoadBalancer");
    apply(
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: waiting
          namespace: team-b
          labels:
            helmgate.io/sandbox-no-address: "true"
        spec:
          type: LoadBalancer
          ports:
            - port: 80
        """);

    assertThat(json("service/balanced", "{.status.loadBalancer.ingress[0].ip}"))
        .isEqualTo("127.0.0.1");
    // The first address was given after the second Service's labels were seen.
    install("balanced-too", "--set=service.type=LoadBalancer");
    assertThat(json("service/waiting", "{.status.loadBalancer.ingress}")).isEmpty();
  }

  @Test
  void aJobFailsWhenItsPodsAreToldTo() {
    apply(
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: failing
          namespace: team-b
        spec:
          backoffLimit: 0
          template:
            metadata:
              annotations:
                helmgate.io/sandbox-fail: "true"
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: busybox
        """);

    kubectl.run("wait", "-n", "team-b", "--for=condition=Failed", "job/failing", "--timeout=60s");
  }

  @Test
  void logsAreReadAlsoAfterTheNodeWasLost() {
    install("logged");
    helm.run("test", "logged", "-n", "team-b", "--timeout=60s");

    kubectl.run(
        "patch",
        "node",
        "node-1",
        "--subresource=status",
        "--patch={\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"Unknown\"}]}}");
    kubectl.run("wait", "--for=condition=Ready", "node/node-1", "--timeout=60s");

    assertThat(kubectl.run("logs", "logged-answers", "-n", "team-b"))
        .contains("the sandbox runs no containers");
  }

  @ParameterizedTest
  @CsvSource({
    "keycloak:platform, create, deployments.apps, team-b, yes",
    "keycloak:platform, create, namespaces, team-b, yes",
    "keycloak:team-a, create, deployments.apps, team-a, yes",
    "keycloak:team-a, create, secrets, team-a, yes",
    "keycloak:team-a, list, secrets, team-b, no",
    "keycloak:team-a, create, namespaces, team-a, no",
    "keycloak:readers, list, secrets, team-a, yes",
    "keycloak:readers, list, deployments.apps, team-a, yes",
    "keycloak:readers, create, secrets, team-a, no",
    "keycloak:readers, list, secrets, team-b, no",
  })
  void helmgateActsWithTheRightsOfTheCallersGroup(
      String group, String verb, String resource, String namespace, String answer) {
    Cli.Result result =
        asHelmgate(
            "--as=keycloak:someone",
            "--as-group=" + group,
            "auth",
            "can-i",
            verb,
            resource,
            "-n",
            namespace);

    assertThat(result.out().strip()).isEqualTo(answer);
  }

  @Test
  void helmgateItselfReadsNoReleasesAndImpersonatesNoOtherGroups() {
    assertThat(asHelmgate("get", "secrets", "-n", "team-a").err())
        .contains("secrets is forbidden: User \"helmgate\" cannot list resource \"secrets\"");
    assertThat(
            asHelmgate("--as=keycloak:mallory", "--as-group=system:masters", "get", "namespaces")
                .err())
        .contains("groups \"system:masters\" is forbidden");
    assertThat(asHelmgate("auth", "can-i", "create", "leases", "-n", "helmgate").out().strip())
        .isEqualTo("yes");
  }

  @Test
  void theApiServerComesBackWithItsData() {
    kubectl.run("create", "configmap", "kept", "-n", "team-a", "--from-literal=a=b");

    ((ControlPlane) sandbox.cluster()).apiServer().restart();

    assertThat(kubectl.run("get", "configmap/kept", "-n", "team-a", "-o", "jsonpath={.data.a}"))
        .isEqualTo("b");
  }

  private static void install(String release, String... values) {
    String[] arguments = {
      "install",
      release,
      ChartRepository.CHART,
      "--repo=" + sandbox.charts().url(),
      "-n",
      "team-b",
      "--wait",
      "--timeout=60s"
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + values.length);
    System.arraycopy(values, 0, all, arguments.length, values.length);
    helm.run(all);
  }

  private static void apply(String objects) {
    assertThat(kubectl.tryRun(objects, "apply", "-f", "-"))
        .extracting(Cli.Result::code)
        .isEqualTo(0);
  }

  private static String json(String object, String path) {
    return kubectl.run("get", object, "-n", "team-b", "-o", "jsonpath=" + path);
  }

  private static Cli.Result asHelmgate(String... arguments) {
    Cli service =
        new Cli(
            kubectl.program(),
            Map.of("KUBECONFIG", sandbox.cluster().serviceKubeconfig().toString()));
    return service.tryRun("", arguments);
  }
}
