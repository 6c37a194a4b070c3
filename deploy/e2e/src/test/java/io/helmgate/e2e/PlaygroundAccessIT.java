package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a token the playground's page and its assets are to be had, and nothing else. */
final class PlaygroundAccessIT {

  private static final Running HELMGATE = Running.helmgate();

  @Test
  void anybodyGetsThePageAndItsAssetsWhateverTokenIsSent() {
    for (var path : HELMGATE.playgroundAssets().all()) {
      assertThat(status("GET", path, Map.of())).as(path).isEqualTo(200);
    }
    assertThat(status("GET", "/playground", Map.of())).isEqualTo(200);
    assertThat(status("GET", "/playground", Map.of("authorization", "Bearer nonsense")))
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /playground",
    "PUT, /playground",
    "DELETE, /playground",
    "HEAD, /playground",
    "OPTIONS, /playground",
    "TRACE, /playground",
    "GETT, /playground",
    "POST, SCRIPT",
    "HEAD, SCRIPT",
    "GET, /playground?",
    "GET, /playground?query=%7Breleases%7D",
    "GET, /playground?code=a&state=b",
    "GET, /playground/",
    "GET, /playground;x=y",
    "GET, /playground%3Fx",
    "GET, /playground%00",
    "GET, /playground%20",
    "GET, /playground.",
    "GET, /playgrounds",
    "GET, /Playground",
    "GET, SCRIPT?",
    "GET, SCRIPT?x",
    "GET, SCRIPT/",
    "GET, SCRIPT/apps",
    "GET, SCRIPT;x",
    "GET, SCRIPT.gz",
    "GET, SCRIPT%20",
    "GET, /playground/index.json",
    "GET, /playground/licenses.txt",
    "GET, /playground/..%2fgraphql",
    "GET, /playground/%2e%2e/apps/team-a",
    "GET, /playground/../apps/team-a",
    "GET, /playground/../v1/clusters",
    "GET, /playground/..;/apps/team-a",
    "GET, /playground\\..\\apps\\team-a",
    "GET, /apps/team-a",
    "GET, /apps/team-a/../../playground/x",
    "POST, /graphql",
    "POST, /playground/../graphql",
  })
  void nothingElseReachesTheDeployer(String method, String path) {
    var before = HELMGATE.deployerRequests();
    var target = path.replace("SCRIPT", HELMGATE.playgroundAssets().script());

    assertThat(status(method, target, Map.of())).isBetween(400, 405);
    assertThat(status(method, target, Map.of("x-helmgate-assertion", "x"))).isBetween(400, 405);
    assertThat(HELMGATE.deployerRequests()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%70layground", "//playground", "/./playground", "/x/../playground"})
  void whatEnvoyTidiesIsThePage(String path) {
    assertThat(status("GET", path, Map.of())).isEqualTo(200);
  }

  @Test
  void anAssetThatIsNotThereIsACallWithoutAnAssertion() {
    assertThat(status("GET", "/playground/other-ABCD1234.js", Map.of())).isEqualTo(401);
  }

  private static int status(String method, String path, Map<String, String> headers) {
    return HELMGATE.raw().status(method, path, headers, new byte[0]);
  }
}
