package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.e2e.client.HelmApi;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.ChartFilter;
import io.helmgate.sandbox.charts.OciRegistry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Charts of repositories that want something of the deployer, through Envoy: a token that is
 * verified (ChartMuseum's bearer authentication), a password, a certificate.
 */
final class PrivateRepositoriesIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String TEAM_MEMBER = "bob";

  static Stream<HelmApi> transports() {
    return HELMGATE.apis(TEAM_MEMBER).stream();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aChartBehindTokensIsFoundAndInstalled(HelmApi api) {
    assertFoundAndInstalled(api, PrivateRepositories.TOKENS);
    assertThat(PrivateRepositories.shared().refused(PrivateRepositories.TOKENS))
        .as("it has asked for a token first")
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {PrivateRepositories.PASSWORD, PrivateRepositories.CERTIFICATE})
  void aChartBehindAPasswordOrACertificateIsFoundAndInstalled(String repository) {
    assertFoundAndInstalled(HELMGATE.apis(TEAM_MEMBER).getFirst(), repository);
  }

  /** One that redirects to another server, which is allowed, gives away nothing. */
  @ParameterizedTest
  @ValueSource(strings = {PrivateRepositories.TOKENS, PrivateRepositories.PASSWORD})
  void anotherHostSeesNoCredentials(String repository) {
    var seen = PrivateRepositories.shared().seenElsewhere();
    seen.clear();

    var installed =
        install(
            HELMGATE.apis(TEAM_MEMBER).getFirst(),
            repository,
            PrivateRepositories.MOVED + repository);

    assertInstalled(installed);
    assertThat(seen).containsOnly("null");
  }

  @Test
  void nobodySeesTheCredentials() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));
    for (var name :
        List.of(
            PrivateRepositories.TOKENS,
            PrivateRepositories.PASSWORD,
            PrivateRepositories.CERTIFICATE)) {
      var repository = http.send("GET", "/v1/repositories/" + name, "");
      assertThat(repository.json().path("ready").asBoolean()).as(repository.body()).isTrue();
      assertThat(repository.body()).doesNotContain(OciRegistry.PASSWORD);
    }
    assertThat(HELMGATE.deployerLog()).doesNotContain(OciRegistry.PASSWORD, "Bearer ey");
    assertThat(HELMGATE.extauthzLog()).doesNotContain(OciRegistry.PASSWORD);
  }

  private static void assertFoundAndInstalled(HelmApi api, String repository) {
    var chart = "in-" + repository;
    var found = api.searchCharts(ChartFilter.newBuilder().setTerm(chart).build()).orThrow();
    assertThat(found)
        .extracting(each -> each.getName() + " " + each.getVersion())
        .containsExactly(repository + "/" + chart + " " + PrivateRepositories.VERSION);
    assertInstalled(install(api, repository, chart));
  }

  private static String install(HelmApi api, String repository, String chart) {
    var release = HELMGATE.freshName("private");
    api.installApp(
            AppInput.newBuilder()
                .setNamespace("team-a")
                .setAppName(release)
                .setChart(repository + "/" + chart)
                .build())
        .orThrow();
    return release;
  }

  /** The helm program and the cluster have it too. */
  private static void assertInstalled(String release) {
    assertThat(HELMGATE.helmJson("status", release, "-n", "team-a").at("/info/status").asText())
        .isEqualTo("deployed");
    assertThat(HELMGATE.kubectl("get", "configmap", release, "-n", "team-a")).contains(release);
  }
}
