package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.e2e.client.HttpApi;
import io.helmgate.proto.AppInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Repositories that try something, and a deployer that lets nothing of it happen. */
final class HostileRepositoriesIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String TEAM_MEMBER = "bob";

  /** What the refusal of each says. */
  private static final Map<String, String> REFUSALS =
      Map.of(
          HostileRepository.BOMB, "chart archive",
          HostileRepository.CLIMBING, "chart archive",
          HostileRepository.REDIRECTING, "169.254.169.254",
          HostileRepository.ENDLESS, "larger than 1 MiB");

  @Test
  void whatARepositoryTriesIsRefusedClearlyAndTheOthersGoOn() {
    try (var repository = new HostileRepository()) {
      HELMGATE
          .deployers()
          .configured(
              repository::addedTo,
              () -> {
                REFUSALS.forEach(HostileRepositoriesIT::assertNothingIsInstalled);
                REFUSALS.forEach(HostileRepositoriesIT::assertNothingIsShown);
                assertTheOthersGoOn();
              });
    }
    assertNothingClimbedOut();
  }

  private static void assertNothingIsInstalled(String repository, String refusal) {
    for (var api : HELMGATE.apis(TEAM_MEMBER)) {
      var release = HELMGATE.freshName("hostile");
      var reply =
          api.installApp(
              AppInput.newBuilder()
                  .setNamespace("team-a")
                  .setAppName(release)
                  .setChart(repository + "/" + repository)
                  .build());
      assertThat(reply.code())
          .as(reply.message())
          .isEqualTo(badIndex(repository) ? Code.UNAVAILABLE : Code.FAILED_PRECONDITION);
      assertThat(reply.message()).contains(refusal).doesNotContain("Exception");
      assertThat(HELMGATE.helmJson("list", "-a", "-n", "team-a", "--filter", "^" + release + "$"))
          .isEmpty();
    }
  }

  private static void assertNothingIsShown(String repository, String refusal) {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));
    var chart = "repositories/" + repository + "/charts/" + repository;
    var version =
        http.send(
            "GET",
            "/v1/" + chart + "/versions/" + HostileRepository.VERSION + "?view=defaultValues",
            "");
    assertThat(version.status()).as(version.body()).isEqualTo(badIndex(repository) ? 503 : 400);
    assertThat(version.body()).contains(refusal).doesNotContain("Exception");

    var versions = http.send("GET", "/v1/" + chart + "/versions", "");
    if (badIndex(repository)) {
      assertThat(versions.status()).as(versions.body()).isEqualTo(503);
      assertThat(versions.body()).contains(refusal);
    } else {
      assertThat(versions.status()).as("the index is sound: " + versions.body()).isEqualTo(200);
    }
    assertOperationFails(http, repository, refusal);
  }

  /** Whether not even its index is read; else its chart is bad. */
  private static boolean badIndex(String repository) {
    return repository.equals(HostileRepository.REDIRECTING)
        || repository.equals(HostileRepository.ENDLESS);
  }

  private static void assertOperationFails(HttpApi http, String repository, String refusal) {
    var release = HELMGATE.freshName("hostile");
    var reply =
        http.send(
            "POST",
            "/v1/clusters/default/namespaces/team-a/releases",
            "{\"releaseId\": \"%s\", \"chart\": \"%s/%s\", \"wait\": true}"
                .formatted(release, repository, repository));
    assertThat(reply.body()).contains(refusal).doesNotContain("Exception");
    assertThat(reply.json().has("response")).as(reply.body()).isFalse();
  }

  private static void assertTheOthersGoOn() {
    for (var api : HELMGATE.apis(TEAM_MEMBER)) {
      api.installApp(
              AppInput.newBuilder()
                  .setNamespace("team-a")
                  .setAppName(HELMGATE.freshName("sound"))
                  .setChart("sandbox/demo")
                  .build())
          .orThrow();
    }
  }

  private static void assertNothingClimbedOut() {
    try (var files = Files.walk(HELMGATE.runDirectory())) {
      assertThat(files.filter(file -> file.toString().contains(HostileRepository.CLIMBED)))
          .isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
