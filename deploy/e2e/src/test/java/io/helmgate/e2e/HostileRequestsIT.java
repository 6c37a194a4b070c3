package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Requests that two parsers could read differently, besides those of {@link HostileTableIT}. The
 * caller may act in team-a only, so whatever succeeds must have happened there, and nothing may
 * happen elsewhere.
 */
final class HostileRequestsIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String JSON = "application/json";
  private static final String BODY =
      "{\"namespace\":\"team-a\",\"chart\":\"sandbox/demo\",\"app_name\":\"NAME\"}";

  @AfterEach
  void nothingHappenedElsewhere() {
    assertThat(HELMGATE.helmJson("list", "-a", "-n", "team-b")).isEmpty();
    assertThat(HELMGATE.helmJson("list", "-a", "-n", "kube-system")).isEmpty();
  }

  @Test
  void slashesAreMergedBeforeAnyoneDecides() {
    assertThat(send("GET", "//apps///team-a", "", new byte[0])).isEqualTo(200);
    assertThat(send("GET", "//apps///team-b", "", new byte[0])).isEqualTo(403);
    assertThat(send("GET", "/apps/team-b/../team-a", "", new byte[0])).isEqualTo(200);
    assertThat(send("GET", "/apps/team-a/../team-b", "", new byte[0])).isEqualTo(403);
  }

  @Test
  void aCompressedBodyIsDecidedByWhatItHolds() {
    var own = BODY.replace("NAME", HELMGATE.freshName("gzip"));
    assertThat(send("POST", "/apps/team-a", JSON + "\r\ncontent-encoding: gzip", gzip(own)))
        .isEqualTo(200);
    var foreign = BODY.replace("NAME", HELMGATE.freshName("gzip")).replace("team-a", "team-b");
    assertThat(send("POST", "/apps/team-b", JSON + "\r\ncontent-encoding: gzip", gzip(foreign)))
        .isEqualTo(403);
  }

  @Test
  void aBombIsRefusedAsTooLarge() {
    var bomb = "{\"namespace\":\"" + "a".repeat(30_000_000) + "\"}";
    assertThat(send("POST", "/apps/team-a", JSON + "\r\ncontent-encoding: gzip", gzip(bomb)))
        .isEqualTo(413);
  }

  /** Envoy passes such a body on cut when its buffer happens to end there, marked as partial. */
  @Test
  void aBodyOverEnvoysLimitByOneByteIsRefusedAsTooLarge() {
    for (int excess : List.of(1, 2, 1000, 100_000)) {
      var padding = " ".repeat((1 << 20) + excess - BODY.length());
      assertThat(
              send("POST", "/apps/team-a", JSON, (BODY + padding).getBytes(StandardCharsets.UTF_8)))
          .as("%d bytes over the limit", excess)
          .isEqualTo(413);
    }
    assertThat(HELMGATE.helmJson("list", "-a", "-A", "--filter", "^NAME$")).isEmpty();
  }

  /** Pieces that parsers are known to disagree about, put together at random. */
  @Test
  void whateverSucceedsHappenedWhereTheCallerMayAct() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var namespaces =
        List.of(
            "team-a",
            "team-b",
            "kube-system",
            "team-a%2Fx",
            "team%2Da",
            "team-a/",
            "TEAM-A",
            "team-a%00",
            "..",
            "");
    var prefixes = List.of("/apps/", "//apps/", "/apps//", "/./apps/", "/x/../apps/", "/apps/./");
    var suffixes =
        List.of(
            "",
            "",
            "",
            "?limit=5",
            "?namespace=team-b",
            "?namespace=team-a",
            ";a=b",
            "?limit=5&limit=6",
            "#x",
            "?",
            "?filter=x",
            "%3Fnamespace=team-b");
    for (int i = 0; i < 300; i++) {
      var namespace = pick(random, namespaces);
      var target = pick(random, prefixes) + namespace + pick(random, suffixes);
      var status = send("GET", target, "", new byte[0]);
      assertThat(status).as("%s (seed %d)", target, seed).isIn(200, 400, 403, 404, 405);
      if (status == 200) {
        assertThat(namespace)
            .as("%s (seed %d)", target, seed)
            .isIn("team-a", "team%2Da", "team-a/");
      }
    }
  }

  private static int send(String method, String target, String contentType, byte[] body) {
    var headers =
        new HashMap<String, String>(Map.of("authorization", "Bearer " + HELMGATE.token("bob")));
    if (!contentType.isEmpty()) {
      headers.put("content-type", contentType);
    }
    return HELMGATE.raw().status(method, target, headers, body);
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static byte[] gzip(String text) {
    return Gzip.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
