package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.helmgate.deployer.playground.TestPlayground;
import io.helmgate.kit.call.HttpCallRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page and its assets are answered to anybody, and nothing else is. */
@TestInstance(Lifecycle.PER_CLASS)
class PlaygroundIT {

  private final RunningApi api;
  private final HttpSender http;

  PlaygroundIT(@TempDir Path directory) {
    api = new RunningApi(directory, TestPlayground.create());
    http = new HttpSender(api, Version.HTTP_2);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @Test
  void thePageComesWithAPolicyThatLetsNothingElseIn() {
    var page = get("/playground", Map.of());

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page.header("cache-control")).isEqualTo("no-store");
    assertThat(page.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
    assertThat(page.header("cross-origin-opener-policy")).isEqualTo("same-origin");
    assertThat(page.header("cross-origin-resource-policy")).isEqualTo("same-origin");
    assertThat(page.header("content-security-policy").replaceAll("nonce-[0-9]+'", "N'"))
        .isEqualTo(
            "default-src 'none'; script-src 'self'; style-src-elem 'self' 'nonce-N';"
                + " style-src-attr 'unsafe-inline'; worker-src 'self'; font-src 'self';"
                + " img-src 'self' data:; connect-src 'self' https://id.example.com:8443;"
                + " form-action 'self' https://id.example.com:8443; frame-ancestors 'none';"
                + " base-uri 'none'");
  }

  @Test
  void thePageHasNoScriptOfItsOwnAndWritesSettingsAsText() {
    var page = get("/playground", Map.of()).body();

    assertThat(page)
        .contains("<script type=\"module\" src=\"/playground/main-ABCD1234.js\"></script>")
        .contains("&quot;clientId&quot;:&quot;a\\&quot;&gt;&lt;client&quot;")
        .contains("&quot;editor&quot;:&quot;/playground/editor-ABCD1234.js&quot;")
        .doesNotContain("\"><client");
    assertThat(page.split("<script", -1)).hasSize(2);
  }

  @Test
  void everyPageHasANonceOfItsOwn() {
    var first = get("/playground", Map.of());
    var second = get("/playground", Map.of());

    assertThat(first.header("content-security-policy"))
        .isNotEqualTo(second.header("content-security-policy"));
    for (var page : new HttpReply[] {first, second}) {
      var nonce = page.body().replaceAll("(?s).* nonce=\"([^\"]+)\".*", "$1");
      assertThat(page.header("content-security-policy")).contains("'nonce-" + nonce + "'");
    }
  }

  @Test
  void assetsAreKeptForEverAndCompressedForThoseWhoAsk() throws IOException {
    var packed = get("/playground/main-ABCD1234.js", Map.of("accept-encoding", "gzip, br"));
    var plain = get("/playground/main-ABCD1234.js", Map.of());

    assertThat(packed.header("content-encoding")).isEqualTo("gzip");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed.bytes()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(TestPlayground.SCRIPT);
    }
    assertThat(plain.body()).isEqualTo(TestPlayground.SCRIPT);
    assertThat(plain.header("content-encoding")).isEmpty();
    for (var reply : new HttpReply[] {packed, plain}) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("content-type")).isEqualTo("text/javascript");
      assertThat(reply.header("vary")).isEqualTo("accept-encoding");
      assertThat(reply.header("cache-control")).isEqualTo("public, max-age=31536000, immutable");
      assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
      assertThat(reply.header("content-security-policy"))
          .isEqualTo("default-src 'none'; script-src 'self'");
    }
  }

  @Test
  void whatIsCompressedAlreadyIsSentAsItIs() {
    var font = get("/playground/font-ABCD1234.woff2", Map.of("accept-encoding", "gzip"));

    assertThat(font.status()).isEqualTo(200);
    assertThat(font.bytes()).containsExactly(1, 2);
    assertThat(font.header("content-encoding")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/playground/",
        "/playground?",
        "/playground?x=1",
        "/playground;x",
        "/Playground",
        "/%70layground",
        "//playground",
        "/./playground",
        "/apps/../playground",
        "/playground/index.json",
        "/playground/main-ABCD1234.js?",
        "/playground/main-ABCD1234.js/",
        "/playground/main-ABCD1234.js.gz",
        "/playground//main-ABCD1234.js",
        "/playground/%6dain-ABCD1234.js",
        "/playground/..%2fmain-ABCD1234.js",
        "/playground/../playground/main-ABCD1234.js",
        "/playground/other-ABCD1234.js",
        "/playground/../apps/team-a/web",
      })
  void anotherPathNeedsAnAssertion(String path) {
    assertThat(status("GET", path)).isIn(400, 401);
    assertThat(api.domain.asked()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /playground",
    "PUT, /playground",
    "DELETE, /playground",
    "PATCH, /playground",
    "HEAD, /playground",
    "OPTIONS, /playground",
    "POST, /playground/main-ABCD1234.js",
    "HEAD, /playground/main-ABCD1234.js",
  })
  void anotherMethodNeedsAnAssertion(String method, String path) {
    assertThat(status(method, path)).isEqualTo(401);
    assertThat(api.domain.asked()).isEmpty();
  }

  /** As it is written, which a client of a library would tidy. */
  private int status(String method, String path) {
    return new RawClient(api)
        .send(new HttpCallRequest(method, path, Map.of(), ByteString.EMPTY), "")
        .status();
  }

  private HttpReply get(String path, Map<String, String> headers) {
    return http.send("GET", path, headers, new byte[0]);
  }
}
