package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two parsers could read differently. The caller may act in team-a only, so whatever
 * succeeds must have happened there, and nothing may happen elsewhere.
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

  static List<Arguments> bodies() {
    return List.of(
        request(
            "duplicate JSON names",
            "POST",
            "/apps/team-a",
            JSON,
            BODY.replace("{", "{\"namespace\":\"team-b\","),
            400),
        request(
            "body differs from path",
            "POST",
            "/apps/team-a",
            JSON,
            BODY.replace("team-a", "team-b"),
            400),
        request("query beside a body", "POST", "/apps/team-a?namespace=team-b", JSON, BODY, 400),
        request(
            "unknown field", "POST", "/apps/team-a", JSON, BODY.replace("{", "{\"extra\":1,"), 400),
        request(
            "both spellings of a field",
            "POST",
            "/apps/team-a",
            JSON,
            BODY.replace("{", "{\"appName\":\"x\","),
            400),
        request(
            "a form",
            "POST",
            "/apps/team-a",
            "application/x-www-form-urlencoded",
            "namespace=team-b",
            415),
        request("no content type", "POST", "/apps/team-a", "", BODY, 415),
        request(
            "a deflated body",
            "POST",
            "/apps/team-a",
            JSON + "\r\ncontent-encoding: deflate",
            BODY,
            415),
        request("a method that is not offered", "PATCH", "/apps/team-a", JSON, BODY, 405),
        request("a truncated body", "POST", "/apps/team-a", JSON, BODY.substring(0, 20), 400),
        request(
            "an unframed gRPC method by JSON",
            "POST",
            "/helmgate.HelmProxyService/InstallApp",
            JSON,
            BODY,
            415));
  }

  static List<Arguments> documents() {
    return List.of(
        request(
            "two operations",
            "POST",
            "/graphql",
            JSON,
            "{\"query\":\"query a { searchApps(input: {namespace: \\\"team-a\\\"}) { name } } query b { searchApps(input: {namespace: \\\"team-b\\\"}) { name } }\"}",
            400),
        request(
            "GraphQL with a query string",
            "POST",
            "/graphql?query=x",
            JSON,
            "{\"query\":\"{ searchApps(input: {namespace: \\\"team-a\\\"}) { name } }\"}",
            400),
        request("GraphQL by GET", "GET", "/graphql?query=%7Bx%7D", "", "", 405),
        request(
            "GraphQL as text",
            "POST",
            "/graphql",
            "application/graphql",
            "{ searchApps(input: {}) { name } }",
            415),
        request("a batch", "POST", "/graphql", JSON, "[{\"query\":\"{ __typename }\"}]", 400),
        request(
            "a broken document", "POST", "/graphql", JSON, "{\"query\":\"{ searchApps(\"}", 400));
  }

  static List<Arguments> paths() {
    return List.of(
        request(
            "query overrides the path",
            "DELETE",
            "/apps/team-a/web?namespace=kube-system&name=coredns",
            "",
            "",
            400),
        request(
            "query overrides the path of a read",
            "GET",
            "/apps/team-a?namespace=team-b",
            "",
            "",
            400),
        request("a matrix parameter", "GET", "/apps/team-a;x=1", "", "", 400),
        request("an encoded slash", "GET", "/apps/team-a%2f..%2fteam-b", "", "", 400),
        request("an encoded dot segment", "GET", "/apps/%2e%2e/apps/team-b", "", "", 403),
        request("a backslash", "GET", "/apps/team-a\\..\\team-b", "", "", 403),
        request("a path that is not offered", "GET", "/metrics", "", "", 404));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"bodies", "documents", "paths"})
  void anAmbiguousRequestIsRefused(
      String name, String method, String target, String contentType, String body, int status) {
    var release = HELMGATE.freshName("hostile");
    assertThat(
            send(
                method,
                target,
                contentType,
                body.replace("NAME", release).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(status);
    assertThat(HELMGATE.helmJson("list", "-a", "-A", "--filter", "^" + release + "$")).isEmpty();
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

  private static Arguments request(
      String name, String method, String target, String contentType, String body, int status) {
    return Arguments.of(name, method, target, contentType, body, status);
  }

  private static byte[] gzip(String text) {
    return Gzip.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
