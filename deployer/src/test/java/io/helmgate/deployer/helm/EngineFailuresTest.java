package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The texts are those that Helm 3.21 was seen to give. */
final class EngineFailuresTest {
  private static final ReleaseRef REF = new ReleaseRef("team-a", "web");

  @ParameterizedTest
  @MethodSource("texts")
  void tellsTheReasonAndWhatTheCallerMayKnow(String text, Reason reason, String message) {
    Optional<Outcome.Failure<ReleaseRef>> failure = EngineFailures.of(REF, text);

    assertThat(failure).contains(new Outcome.Failure<>(reason, "release team-a/web: " + message));
  }

  @Test
  void knowsNotEveryText() {
    assertThat(EngineFailures.of(REF, "runtime error: index out of range")).isEmpty();
    assertThat(EngineFailures.of(REF, "Result.out cannot be null or empty")).isEmpty();
  }

  @Test
  void cutsEndlessDetail() {
    String text = "execution error at (demo/templates/a.yaml:1:2): " + "x".repeat(100_000);

    assertThat(EngineFailures.of(REF, text).orElseThrow().message()).hasSizeLessThan(1100);
  }

  static Stream<Arguments> texts() {
    return Stream.of(ofTheChart(), ofTheRelease(), ofTheCluster(), ofItsObjects())
        .flatMap(texts -> texts);
  }

  private static Stream<Arguments> ofTheChart() {
    return Stream.of(
        of(
            "release name \"Bad_Name!\": invalid release name, must match regex ^[a-z0-9]",
            Reason.INVALID_ARGUMENT,
            "its name is invalid"),
        of("path \"/call-12/chart.tgz\" not found", Reason.NOT_FOUND, "the chart is not there"),
        of(
            "Chart.yaml file is missing",
            Reason.INVALID_ARGUMENT,
            "the archive holds no valid chart"),
        of(
            "library charts are not installable",
            Reason.INVALID_ARGUMENT,
            "a chart of type library cannot be installed"),
        of(
            "An error occurred while checking for chart dependencies. You may need to run `helm"
                + " dependency build` to fetch missing dependencies: found in Chart.yaml, but"
                + " missing in charts/ directory: postgresql, redis",
            Reason.FAILED_PRECONDITION,
            "the chart's archive lacks its dependencies postgresql, redis"),
        of(
            "chart requires kubeVersion: >=1.99.0 which is incompatible with Kubernetes v1.36.3",
            Reason.FAILED_PRECONDITION,
            "the chart requires Kubernetes >=1.99.0 (the cluster has v1.36.3)"),
        of(
            """
            values don't meet the specifications of the schema(s) in the following chart(s):
            checked:
            - at '/size': got string, want integer
            - at '/a': missing
            """,
            Reason.INVALID_ARGUMENT,
            "the values don't meet the chart's schema: at '/size': got string, want integer; at"
                + " '/a': missing"),
        of(
            "execution error at (demo/templates/a.yaml:1:27): image is required",
            Reason.INVALID_ARGUMENT,
            "the chart refuses the values at demo/templates/a.yaml:1:27: image is required"),
        of(
            "template: demo/templates/a.yaml:2:23: executing \"demo/templates/a.yaml\" at"
                + " <.Values.a.b>: nil pointer evaluating interface {}.b",
            Reason.INVALID_ARGUMENT,
            "the chart's template demo/templates/a.yaml fails at line 2 with these values"),
        of(
            "YAML parse error on demo/templates/a.yaml: error converting YAML to JSON: yaml: line 3",
            Reason.INVALID_ARGUMENT,
            "the chart's template demo/templates/a.yaml gives no YAML"));
  }

  private static Stream<Arguments> ofTheRelease() {
    return Stream.of(
        of(
            "cannot re-use a name that is still in use",
            Reason.ALREADY_EXISTS,
            "exists already (expected: a free name)"),
        of(
            "uninstall: Release not loaded: demo: release: not found",
            Reason.NOT_FOUND,
            "not found"),
        of(
            "\"web\" has no deployed releases",
            Reason.FAILED_PRECONDITION,
            "none of its revisions is deployed"),
        of(
            "another operation (install/upgrade/rollback) is in progress",
            Reason.ABORTED,
            "another operation is under way"),
        of(
            "create: failed to create: secrets \"sh.helm.release.v1.web.v2\" already exists",
            Reason.ABORTED,
            "another operation is under way"),
        of(
            "Unable to continue with install: ServiceAccount \"own-demo\" in namespace \"hj\" exists"
                + " and cannot be imported into the current release: invalid ownership metadata;"
                + " label validation error: missing key",
            Reason.FAILED_PRECONDITION,
            "ServiceAccount \"own-demo\" exists and does not belong to this release"),
        of(
            "failed pre-install: 1 error occurred:\n\t* job r7-pre-install failed:"
                + " BackoffLimitExceeded\n\n",
            Reason.FAILED_PRECONDITION,
            "its hook r7-pre-install failed"),
        of(
            "failed pre-install: 1 error occurred:\n\t* timed out waiting for the condition\n",
            Reason.DEADLINE_EXCEEDED,
            "not done in time"),
        of("context deadline exceeded", Reason.DEADLINE_EXCEEDED, "not done in time"),
        of("context canceled", Reason.UNAVAILABLE, "the service is stopping"),
        of(
            "failed to delete release: web",
            Reason.FAILED_PRECONDITION,
            "not all of its objects could be deleted"));
  }

  private static Stream<Arguments> ofTheCluster() {
    return Stream.of(
        of(
            "query: failed to query with labels: secrets is forbidden: User \"alice\" cannot list"
                + " resource \"secrets\" in API group \"\" in the namespace \"team-b\"",
            Reason.PERMISSION_DENIED,
            "secrets is forbidden: User \"alice\" cannot list resource \"secrets\" in API group"
                + " \"\" in the namespace \"team-b\""),
        of(
            "Unable to continue with install: could not get information about the resource"
                + " ServiceAccount \"al-demo\" in namespace \"team-b\": serviceaccounts \"al-demo\" is"
                + " forbidden: User \"alice\" cannot get resource \"serviceaccounts\"",
            Reason.PERMISSION_DENIED,
            "serviceaccounts \"al-demo\" is forbidden: User \"alice\" cannot get resource"
                + " \"serviceaccounts\""),
        of(
            "failed to create resource: pods \"web\" is forbidden: exceeded quota: small, requested:"
                + " pods=1, used: pods=5, limited: pods=5",
            Reason.RESOURCE_EXHAUSTED,
            "pods \"web\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=5,"
                + " limited: pods=5"));
  }

  private static Stream<Arguments> ofItsObjects() {
    return Stream.of(
        of(
            "admission webhook \"policy.example\" denied the request: no latest tag",
            Reason.FAILED_PRECONDITION,
            "admission webhook \"policy.example\" denied the request: no latest tag"),
        of(
            "create: failed to create: namespaces \"nope-ns\" not found",
            Reason.NOT_FOUND,
            "namespaces \"nope-ns\" not found"),
        of(
            "unable to build kubernetes objects from release manifest: resource mapping not found for"
                + " name: \"r\" namespace: \"\" from \"\": no matches for kind \"Nonsense\" in version"
                + " \"v1\"\nensure CRDs are installed first",
            Reason.FAILED_PRECONDITION,
            "the cluster knows no Nonsense in v1"),
        of(
            "unable to build kubernetes objects from release manifest: error validating \"\": error"
                + " validating data: failed to check CRD: failed to list CRDs:"
                + " customresourcedefinitions.apiextensions.k8s.io is forbidden: User \"bob\" cannot"
                + " list resource \"customresourcedefinitions\" at the cluster scope",
            Reason.FAILED_PRECONDITION,
            "the cluster does not know a kind or version that the chart uses"),
        of(
            "1 error occurred:\n\t* ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value\n",
            Reason.INVALID_ARGUMENT,
            "ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value"),
        of(
            "create: failed to create: Secret \"sh.helm.release.v1.web.v1\" is invalid: data: Too"
                + " long: must have at most 1048576 bytes",
            Reason.FAILED_PRECONDITION,
            "its record or an object is larger than the cluster stores"),
        of(
            "Kubernetes cluster unreachable: unknown",
            Reason.PERMISSION_DENIED,
            "the cluster does not let this user, or one of its groups, be acted for"),
        of(
            "Kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp"
                + " 127.0.0.1:1: connect: connection refused",
            Reason.UNAVAILABLE,
            "the Kubernetes API cannot be reached"),
        of(
            "Kubernetes cluster unreachable: the server has asked for the client to provide"
                + " credentials",
            Reason.UNAVAILABLE,
            "the Kubernetes API cannot be reached"));
  }

  private static Arguments of(String text, Reason reason, String message) {
    return Arguments.of(text, reason, message);
  }
}
