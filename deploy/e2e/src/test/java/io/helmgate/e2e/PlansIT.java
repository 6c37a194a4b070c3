package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Previews through Envoy, and writes that carry them out. */
class PlansIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String TEAM_A = "clusters/default/namespaces/team-a";

  @Test
  void anInstallationIsPreviewedAndCarriedOutByItsDigest() {
    var http = HELMGATE.http(HELMGATE.token("bob"));
    var name = HELMGATE.freshName("plan");
    var request =
        "{\"releaseId\": \"%s\", \"chart\": \"sandbox/demo\", \"set\": [{\"path\":"
            + " \"settings.dbPassword\", \"value\": \"hunter2-hunter2\"}]%s}";

    var preview =
        http.send("POST", "/v1/" + TEAM_A + "/releases:preview", request.formatted(name, ""));
    var absent = http.send("GET", "/v1/" + TEAM_A + "/releases/" + name, "");
    var digest = preview.json().path("planDigest").asText();
    var other =
        http.send(
            "POST",
            "/v1/" + TEAM_A + "/releases",
            request.formatted(
                name,
                ", \"wait\": true, \"version\": \"0.1.0\", \"planDigest\": \""
                    + digest
                    + "\", \"values\": {\"replicas\": 2}"));
    var installed =
        http.send(
            "POST",
            "/v1/" + TEAM_A + "/releases",
            request.formatted(name, ", \"wait\": true, \"planDigest\": \"" + digest + "\""));

    assertThat(preview.status()).as(preview.body()).isEqualTo(200);
    assertThat(preview.body()).contains("<masked>", "Deployment").doesNotContain("hunter2");
    assertThat(preview.json().path("reproducible").asBoolean()).isTrue();
    assertThat(absent.status()).isEqualTo(404);
    assertThat(other.json().at("/error/code").asInt()).as(other.body()).isEqualTo(9);
    assertThat(installed.json().at("/response/status").asText())
        .as(installed.body())
        .isEqualTo("deployed");
  }

  @Test
  void aReaderMayNotPreview() {
    var http = HELMGATE.http(HELMGATE.token("carol"));

    var refused = http.send("POST", "/v1/" + TEAM_A + "/releases/any:previewRollback", "{}");

    assertThat(refused.status()).as(refused.body()).isEqualTo(403);
  }
}
