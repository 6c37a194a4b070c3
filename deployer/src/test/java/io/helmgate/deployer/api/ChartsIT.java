package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.rpc.Code;
import io.helmgate.deployer.chart.ChartLimits;
import io.helmgate.deployer.chart.ChartRepositories;
import io.helmgate.deployer.chart.TestRepository;
import io.helmgate.deployer.dispatch.Calls;
import io.helmgate.deployer.dispatch.ChartCalls;
import io.helmgate.deployer.dispatch.RepositoryCalls;
import io.helmgate.kit.assertion.MutableClock;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.GetChartVersionRequest;
import io.helmgate.proto.deployer.v1.GetRepositoryRequest;
import io.helmgate.proto.deployer.v1.ListChartVersionsRequest;
import io.helmgate.proto.deployer.v1.ListChartsRequest;
import io.helmgate.proto.deployer.v1.ListRepositoriesRequest;
import io.helmgate.proto.deployer.v1.RefreshRepositoryRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Charts and repositories on each transport alike. */
@TestInstance(Lifecycle.PER_CLASS)
class ChartsIT {

  private static final String VALUES =
      """
      # How many.
      replicas: 2
      image: &image {name: web, pull: yes}
      sidecar: *image
      day: 2026-11-22
      """;

  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final TestRepository server = new TestRepository();
  private final TestRepository dead = new TestRepository();
  private final ChartRepositories charts;
  private final RunningApi api;

  ChartsIT(@TempDir Path directory) throws IOException {
    var archive =
        TestRepository.archive(
            directory,
            Map.of(
                "web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.0+build.5\n",
                "web/README.md", "# Web\n",
                "web/values.yaml", VALUES,
                "web/values.schema.json", "{\"type\": \"object\"}",
                "web/charts/cache/README.md", "# Another\n"));
    server.on("/charts/web.tgz", TestRepository.bytes(archive));
    server.on("/charts/web.tgz.prov", TestRepository.text("-----BEGIN PGP SIGNED MESSAGE-----"));
    server.on("/charts/index.yaml", TestRepository.text(index(TestRepository.digest(archive))));
    charts =
        ChartRepositories.start(
            List.of(
                TestRepository.settings("main", server.url()),
                TestRepository.settings("dead", dead.url())),
            ChartLimits.defaults(),
            directory.resolve("cache"),
            scheduler,
            new MutableClock(),
            new Random(1));
    Awaitility.await()
        .until(() -> charts.infos().stream().allMatch(info -> info.refreshed().isPresent()));
    api =
        new RunningApi(
            new TestAssertions(directory, "keycloak:bob", "keycloak:team-a"),
            Calls.of(
                Map.of(
                    ChartCalls.SERVICE,
                    new ChartCalls(charts.catalog()),
                    RepositoryCalls.SERVICE,
                    new RepositoryCalls(charts))));
  }

  private static String index(String digest) {
    return """
        apiVersion: v1
        entries:
          web:
            - {version: 1.1.0, description: Serves pages, urls: [old.tgz], digest: ""}
            - version: 1.2.0+build.5
              appVersion: "9"
              description: Serves pages
              type: application
              kubeVersion: ">=1.30"
              home: https://web.example.com
              sources: [https://git.example.com/web]
              keywords: [http, "static files"]
              icon: https://web.example.com/icon.svg
              deprecated: true
              created: "2026-11-20T10:00:00.5+02:00"
              dependencies: [{name: cache, version: ^1, repository: "https://charts.example.com"}]
              maintainers: [{name: Ann, email: ann@example.com}]
              annotations: {team: a}
              digest: sha256:%s
              urls: [web.tgz]
            - {version: 2.0.0-rc.1, urls: [next.tgz]}
          webhooks:
            - {version: 0.1.0, urls: [a]}
          postgresql:
            - {version: 16.0.0, description: A database for the web, urls: [a]}
          unfinished:
            - {version: 0.1.0-alpha, urls: [a]}
        """
        .formatted(digest);
  }

  @AfterAll
  void stop() {
    api.close();
    charts.close();
    scheduler.shutdownNow();
    server.close();
    dead.close();
  }

  List<V1Client> clients() {
    return V1Client.all(api);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theNewestStableVersionOfEachChartIsListedBestFitFirst(V1Client client) {
    assertThat(names(client, all()))
        .containsExactly("postgresql 16.0.0", "web 1.2.0+build.5", "webhooks 0.1.0");
    assertThat(names(client, all().setSearch("WEB")))
        .as("by its whole name, by its beginning, by the description")
        .containsExactly("web 1.2.0+build.5", "webhooks 0.1.0", "postgresql 16.0.0");
    assertThat(names(client, all().setSearch("static http"))).containsExactly("web 1.2.0+build.5");
    assertThat(names(client, all().setSearch("pgsql"))).containsExactly("postgresql 16.0.0");
    assertThat(names(client, all().setSearch("^main/web$").setRegex(true)))
        .containsExactly("web 1.2.0+build.5");
    assertThat(names(client, all().setSearch("nothing"))).isEmpty();
    assertThat(names(client, all().setPrereleases(true)))
        .containsExactly(
            "postgresql 16.0.0", "unfinished 0.1.0-alpha", "web 2.0.0-rc.1", "webhooks 0.1.0");
    assertThat(names(client, all().setSearch("web").setAllVersions(true)))
        .containsExactly("web 1.2.0+build.5", "web 1.1.0", "webhooks 0.1.0", "postgresql 16.0.0");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void pagesFollowEachOtherAndTheirTokensFitNothingElse(V1Client client) {
    var first = client.call("ListCharts", all().setPageSize(2).build());
    var token = first.text("/next_page_token");
    var second = client.call("ListCharts", all().setPageSize(2).setPageToken(token).build());
    var other = client.call("ListCharts", all().setSearch("web").setPageToken(token).build());

    assertThat(first.ok().path("charts").findValuesAsText("chart"))
        .containsExactly("main/postgresql", "main/web");
    assertThat(second.ok().path("charts").findValuesAsText("chart"))
        .containsExactly("main/webhooks");
    assertThat(second.ok().has("next_page_token")).isFalse();
    assertThat(other.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(other.fields()).containsExactly("page_token");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theVersionsOfAChartAreListedNewestFirst(V1Client client) {
    var request = ListChartVersionsRequest.newBuilder().setParent("repositories/main/charts/web");
    var first = client.call("ListChartVersions", request.setPageSize(2).build());
    var second =
        client.call(
            "ListChartVersions", request.setPageToken(first.text("/next_page_token")).build());

    assertThat(first.ok().path("versions").valueStream().map(each -> each.path("name").asText()))
        .containsExactly(
            "repositories/main/charts/web/versions/2.0.0-rc.1",
            "repositories/main/charts/web/versions/1.2.0+build.5");
    assertThat(second.ok().path("versions").findValuesAsText("version")).containsExactly("1.1.0");
    assertThat(
            client
                .call(
                    "ListChartVersions",
                    ListChartVersionsRequest.newBuilder()
                        .setParent("repositories/main/charts/nope")
                        .build())
                .code())
        .isEqualTo(Code.NOT_FOUND);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aVersionTellsAllThatIsKnownOfIt(V1Client client) {
    var version =
        client.call(
            "GetChartVersion",
            get("repositories/main/charts/web/versions/1.2.0+build.5")
                .setView(
                    mask(
                        "name chart app_version type kube_version home sources keywords icon"
                            + " deprecated dependencies maintainers annotations create_time digest"
                            + " readme default_values_yaml default_values values_schema"
                            + " provenance"))
                .build());

    assertThat(version.text("/chart")).isEqualTo("main/web");
    assertThat(version.text("/app_version")).isEqualTo("9");
    assertThat(version.text("/type")).isEqualTo("application");
    assertThat(version.text("/kube_version")).isEqualTo(">=1.30");
    assertThat(version.text("/home")).isEqualTo("https://web.example.com");
    assertThat(version.text("/sources/0")).isEqualTo("https://git.example.com/web");
    assertThat(version.text("/keywords/1")).isEqualTo("static files");
    assertThat(version.text("/icon")).endsWith("icon.svg");
    assertThat(version.text("/deprecated")).isEqualTo("true");
    assertThat(version.text("/dependencies/0/name")).isEqualTo("cache");
    assertThat(version.text("/maintainers/0/email")).isEqualTo("ann@example.com");
    assertThat(version.text("/annotations/team")).isEqualTo("a");
    assertThat(version.text("/create_time")).isEqualTo("2026-11-20T08:00:00.500Z");
    assertThat(version.text("/digest")).startsWith("sha256:");
    assertThat(version.text("/readme")).isEqualTo("# Web\n");
    assertThat(version.text("/default_values_yaml")).isEqualTo(VALUES);
    assertThat(version.ok().at("/default_values/replicas").asInt()).isEqualTo(2);
    assertThat(version.ok().at("/default_values/sidecar/pull").asBoolean()).isTrue();
    assertThat(version.text("/default_values/day")).isEqualTo("2026-11-22");
    assertThat(version.text("/values_schema/type")).isEqualTo("object");
    assertThat(version.text("/provenance/state")).isEqualTo("PROVENANCE_STATE_UNCHECKED");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void latestIsTheNewestStableVersion(V1Client client) {
    var latest =
        client.call(
            "GetChartVersion",
            get("repositories/main/charts/web/versions/latest")
                .setView(mask("name version"))
                .build());
    var none =
        client.call(
            "GetChartVersion", get("repositories/main/charts/unfinished/versions/latest").build());

    assertThat(latest.text("/version")).isEqualTo("1.2.0+build.5");
    assertThat(none.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(none.message()).contains("pre-releases only");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void repositoriesTellHowTheyAre(V1Client client) {
    var all = client.call("ListRepositories", ListRepositoriesRequest.getDefaultInstance());
    var main =
        client.call(
            "GetRepository",
            GetRepositoryRequest.newBuilder().setName("repositories/main").build());
    var refreshed =
        client.call(
            "RefreshRepository",
            RefreshRepositoryRequest.newBuilder().setName("repositories/dead").build());

    assertThat(all.ok().path("repositories").findValuesAsText("name"))
        .containsExactly("repositories/dead", "repositories/main");
    assertThat(main.text("/url")).isEqualTo(server.url().toString());
    assertThat(main.text("/ready")).isEqualTo("true");
    assertThat(main.text("/chart_count")).isEqualTo("4");
    assertThat(main.text("/version_count")).isEqualTo("6");
    assertThat(main.ok().has("refresh_time")).isTrue();
    assertThat(main.text("/age")).endsWith("s");
    assertThat(main.text("/provenance_policy")).isEqualTo("PROVENANCE_POLICY_OFF");
    assertThat(refreshed.text("/error")).isEqualTo("chart repository dead: has no such file");
    assertThat(refreshed.ok().has("ready")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void badInputIsNamed(V1Client client) {
    assertBad(
        client.call(
            "ListCharts",
            ListChartsRequest.getDefaultInstance().toBuilder().setParent("repositories/~").build()),
        "parent");
    assertBad(client.call("ListCharts", all().setSearch("(").setRegex(true).build()), "search");
    assertBad(client.call("ListCharts", all().setSearch("a".repeat(226)).build()), "search");
    assertBad(client.call("ListCharts", all().setPageSize(-1).build()), "page_size");
    assertBad(
        client.call("GetChartVersion", get("repositories/main/charts/web/versions/x").build()),
        "name");
    assertBad(
        client.call(
            "RefreshRepository",
            RefreshRepositoryRequest.newBuilder().setName("repositories/-").build()),
        "name");
    assertThat(client.call("ListCharts", all().setParent("repositories/dead").build()).code())
        .isEqualTo(Code.UNAVAILABLE);
    assertThat(client.call("ListCharts", all().setParent("repositories/nope").build()).code())
        .isEqualTo(Code.NOT_FOUND);
  }

  private static void assertBad(V1Client.Result result, String field) {
    assertThat(result.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(result.fields()).containsExactly(field);
  }

  private static ListChartsRequest.Builder all() {
    return ListChartsRequest.newBuilder().setParent("repositories/-");
  }

  private static GetChartVersionRequest.Builder get(String name) {
    return GetChartVersionRequest.newBuilder().setName(name);
  }

  private static FieldMask mask(String paths) {
    return FieldMask.newBuilder().addAllPaths(List.of(paths.split(" ", -1))).build();
  }

  private static List<String> names(V1Client client, ListChartsRequest.Builder request) {
    return client
        .call("ListCharts", request.build())
        .ok()
        .path("charts")
        .valueStream()
        .map(
            chart ->
                chart.path("chart").asText().substring("main/".length())
                    + " "
                    + chart.path("version").asText())
        .toList();
  }
}
