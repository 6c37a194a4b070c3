package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.lifecycle.ServiceCommand;
import io.helmgate.kit.lifecycle.ServiceContext;
import io.helmgate.kit.lifecycle.Signals;
import io.helmgate.kit.lifecycle.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code explain} and {@code replay} on requests and records of a real run. */
final class CommandsTest {

  private final JwksServer provider = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @TempDir private Path directory;
  private Path decisions;

  @BeforeEach
  void recordARun() throws Exception {
    decisions = directory.resolve("decisions.jsonl");
    try (TestService service = TestService.start(directory, provider.url())) {
      service.check(request("team-a", "/apps/team-a/web"));
      service.check(request("team-a", "/apps/team-b/web"));
      service.check(request("platform", "/apps/team-b/web"));
      service.check(check(http("/apps/team-a/web")));
      service.app().close();
      Files.writeString(decisions, "{\"level\":\"INFO\"}\nno JSON\n" + service.console());
    }
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  @Test
  void aRefusedRequestIsExplained() throws Exception {
    assertThat(explain(request("team-a", "/apps/team-b/web"))).isZero();

    assertThat(normal(text())).isEqualTo(golden("explain-refused.txt"));
    assertThat(text()).doesNotContain("eyJ");
  }

  @Test
  void anAllowedRequestIsExplainedWithTheReplyThatEnvoyWouldGet() throws Exception {
    assertThat(explain(request("team-a", "/apps/team-a/web"))).isZero();

    assertThat(normal(text())).isEqualTo(golden("explain-allowed.txt"));
  }

  @Test
  void aRequestWithoutTokenReachesNoPolicy() throws Exception {
    assertThat(explain(check(http("/apps/team-a/web")))).isZero();

    assertThat(normal(text())).isEqualTo(golden("explain-no-token.txt"));
  }

  @Test
  void theExplanationIsAvailableAsJson() throws Exception {
    assertThat(explain(request("team-a", "/apps/team-b/web"), "--output", "json")).isZero();

    JsonNode told = new ObjectMapper().readTree(text());
    assertThat(told.at("/decision/reason").asText()).isEqualTo("policy_denied");
    assertThat(told.at("/evaluations/0/result").toString()).isEqualTo("false");
    assertThat(told.at("/evaluations/0/input/call/request/namespace").asText()).isEqualTo("team-b");
    assertThat(told.at("/evaluations/0/trace").toString()).contains("startswith");
    assertThat(told.at("/reply/deniedResponse/status/code").asText()).isEqualTo("Forbidden");
  }

  @Test
  void anOldTokenIsJudgedAtTheTimeOfItsRequest() throws Exception {
    CheckRequest request = request("team-a", "/apps/team-a/web");
    String later = Instant.now().plusSeconds(3600).toString();

    explain(request, "--output", "json", "--at", later);
    assertThat(new ObjectMapper().readTree(text()).at("/decision/detail").asText())
        .isEqualTo("Jwt is expired");
    out.reset();
    explain(request, "--output", "json", "--at", Instant.now().toString());
    assertThat(new ObjectMapper().readTree(text()).at("/decision/outcome").asText())
        .isEqualTo("allow");
  }

  @Test
  void whatIsNoCheckRequestIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("request.json"), "{\"attribute\": {}}");

    assertThatThrownBy(() -> run(new ExplainCommand(), file.toString()))
        .hasMessageContaining("request.json")
        .hasMessageContaining("attribute");
  }

  @Test
  void theSamePolicyChangesNoVerdict() throws Exception {
    assertThat(run(new ReplayCommand(), decisions.toString())).isZero();

    assertThat(text())
        .isEqualTo(
            """
            same 3
            changed 0
            not replayable 0
            decided without a policy 1
            other lines 2
            """);
  }

  @Test
  void anotherPolicysVerdictsAreCompared() throws Exception {
    candidate(
        """
        package helmgate.authz

        default allow := false

        allow if input.request.namespace == "team-b"
        """);

    assertThat(run(new ReplayCommand(), decisions.toString())).isEqualTo(1);

    assertThat(normal(text())).isEqualTo(golden("replay-changed.txt"));
  }

  @Test
  void compressedLogsAndUploadedBatchesAreReadToo() throws Exception {
    Path batch = directory.resolve("batch.json.gz");
    String records =
        Files.readAllLines(decisions).stream()
            .filter(line -> line.contains("decision_id"))
            .collect(Collectors.joining(",", "[", "]"));
    try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(batch))) {
      gzip.write(records.getBytes(StandardCharsets.UTF_8));
    }

    assertThat(run(new ReplayCommand(), batch.toString(), decisions.toString(), "--output", "json"))
        .isZero();

    assertThat(new ObjectMapper().readTree(text()).at("/counts/same").asInt()).isEqualTo(6);
  }

  @Test
  void aPolicyThatReadsWhatIsMaskedGetsNoGuess() throws Exception {
    candidate(
        """
        package helmgate.authz

        default allow := false

        allow if startswith(input.headers.authorization, "Bearer ")
        """);

    assertThat(run(new ReplayCommand(), decisions.toString())).isZero();

    assertThat(text())
        .contains("same 0", "changed 0", "not replayable 3")
        .contains("the policy may read /input/headers/authorization, which is masked: 3");
  }

  private void candidate(String policy) throws IOException {
    Files.writeString(directory.resolve("policy.rego"), policy);
  }

  private int explain(CheckRequest request, String... more) throws Exception {
    Path file = directory.resolve("request.json");
    Files.writeString(file, JsonFormat.printer().print(request));
    String[] arguments = new String[more.length + 1];
    System.arraycopy(more, 0, arguments, 0, more.length);
    arguments[more.length] = file.toString();
    return run(new ExplainCommand(), arguments);
  }

  private int run(ServiceCommand<ExtAuthzConfig> command, String... arguments) throws Exception {
    Loaded<ExtAuthzConfig> config =
        ConfigLoader.load(
            directory.resolve("helmgate.yaml"), Map.of(), "extauthz", ExtAuthzConfig.class);
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    return command.run(
        config,
        new CommandLine(command.spec()).parseArgs(arguments),
        new ServiceContext(Map.of(), Signals.ofProcess(), new Version("1.2.3", "25")),
        stream,
        stream);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The text without what differs from run to run. */
  private String normal(String text) {
    return text.replace(directory.toString(), "DIR")
        .replaceAll("\\([0-9.]+ ms\\)", "(TIME)")
        .replaceAll("[0-9a-f]{64}", "REVISION")
        .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
        .replaceAll("\"(exp|iat)\" : [0-9]+", "\"$1\" : TIME");
  }

  private static String golden(String name) throws IOException {
    return Files.readString(
        Path.of(System.getProperty("basedir", "."), "src/test/resources/commands", name));
  }

  private static CheckRequest request(String group, String path) {
    String token =
        TestKeys.token(
            """
            {"iss":"https://id.example.com","aud":"helmgate","preferred_username":"alice",\
            "exp":%d,"sub":"1","groups":["%s"]}"""
                .formatted(Instant.now().getEpochSecond() + 300, group));
    return check(http(path).putHeaders("authorization", "Bearer " + token));
  }

  private static HttpRequest.Builder http(String path) {
    return HttpRequest.newBuilder()
        .setMethod("GET")
        .setScheme("https")
        .setHost("api.example.com")
        .setPath(path)
        .putHeaders("x-request-id", "request-1");
  }

  private static CheckRequest check(HttpRequest.Builder http) {
    CheckRequest.Builder check = CheckRequest.newBuilder();
    check.getAttributesBuilder().getRequestBuilder().setHttp(http);
    return check.build();
  }
}
