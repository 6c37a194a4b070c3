package io.helmgate.e2e;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.helmgate.e2e.client.RawReply;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallJson;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HostileRequests;
import io.helmgate.kit.call.HostileRequests.Row;
import io.helmgate.kit.call.HttpCallRequest;
import io.helmgate.kit.call.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of hostile requests, byte by byte through Envoy, from a caller who may do everything:
 * what is refused reaches nobody, and of what is read, policy and deployer see the same calls.
 */
final class HostileTableIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final CallDecoder DECODER =
      new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());

  private static final List<String> MASKED = List.of("values", "config");

  /** Names a row in the decision log. */
  private static final String MARK = "x-row";

  /** What Envoy makes of paths before anybody decides on them (normalize_path, merge_slashes). */
  private static final Map<String, String> NORMALISED =
      Map.ofEntries(
          Map.entry("/apps//team-a/web", "/apps/team-a/web"),
          Map.entry("//apps/team-a/web", "/apps/team-a/web"),
          Map.entry("/apps/team-a/web//", "/apps/team-a/web/"),
          Map.entry("/apps/team-a\\web", "/apps/team-a/web"),
          Map.entry("/apps/team-a/w%2eb", "/apps/team-a/w.b"),
          Map.entry("/apps/team-a/%2e%2e/kube-system", "/apps/kube-system"),
          Map.entry("/apps/team-a/../kube-system/coredns", "/apps/kube-system/coredns"),
          Map.entry("/apps/team-a/..", "/apps/"),
          Map.entry("/apps/./team-a", "/apps/team-a"),
          Map.entry("/%61pps/team-a", "/apps/team-a"),
          Map.entry("/openapi%2Ejson", "/openapi.json"),
          Map.entry("http://other/apps/team-a", "/apps/team-a"),
          Map.entry("/helmgate.HelmProxyService//GetApp", "/helmgate.HelmProxyService/GetApp"),
          Map.entry("/helmgate.HelmProxyService/Get%41pp", "/helmgate.HelmProxyService/GetApp"),
          Map.entry(
              "/v1/clusters/default/namespaces/team-a/releases/../../kube-system/releases/coredns",
              "/v1/clusters/default/namespaces/kube-system/releases/coredns"),
          Map.entry(
              "/v1/clusters/default/namespaces//releases/web",
              "/v1/clusters/default/namespaces/releases/web"));

  /** Rows that Envoy refuses itself, with another status than the decoder's. */
  private static final Map<String, Integer> REFUSED_BY_ENVOY =
      Map.of("asterisk form", 404, "method in lower case", 400);

  private static final Map<String, RawReply> REPLIES = new LinkedHashMap<>();
  private static Map<String, List<JsonNode>> allowed = Map.of();
  private static Map<String, List<JsonNode>> executed = Map.of();
  private static double requestsBefore;

  @BeforeAll
  static void sendAll() {
    requestsBefore = HELMGATE.deployerRequests();
    int decisionsBefore = HELMGATE.extauthzLog().length();
    int auditsBefore = HELMGATE.deployerLog().length();
    var rows = HostileRequests.load();
    for (int i = 0; i < rows.size(); i++) {
      REPLIES.put(key(rows.get(i)), send(rows.get(i).request(), "row-" + i));
    }
    send(new HttpCallRequest("GET", "/apps/team-a", Map.of(), ByteString.EMPTY), "row-last");
    await("decisions are logged in their order")
        .until(() -> decisions(decisionsBefore).containsKey("row-last"));
    var marked = decisions(decisionsBefore);
    allowed = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      allowed.put(key(rows.get(i)), marked.getOrDefault("row-" + i, List.of()));
    }
    executed =
        ServiceLogs.executed(HELMGATE.deployerLog().substring(auditsBefore))
            .collect(groupingBy(record -> record.path("decision_id").asText()));
  }

  /** All but the last request, which is none of the table. */
  @AfterAll
  static void nothingElseReachedTheDeployer() {
    long forwarded = allowed.values().stream().filter(calls -> !calls.isEmpty()).count();
    assertThat(HELMGATE.deployerRequests() - requestsBefore - 1).isEqualTo((double) forwarded);
    assertThat(HELMGATE.deployerLog()).doesNotContain("decoder fault");
  }

  static List<Row> rows() {
    return HostileRequests.load();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aRowIsRefusedOrMakesExactlyItsCalls(Row row) {
    switch (DECODER.decode(behindEnvoy(row.request()))) {
      case Decoding.Refused(Refusal reason, String message) -> {
        assertThat(allowed.getOrDefault(key(row), List.of())).as(message).isEmpty();
        assertThat(REPLIES.get(key(row)))
            .as(message)
            .satisfies(reply -> refused(row, reason, reply));
      }
      case Decoding.Decoded decoded -> {
        var decisions = allowed.getOrDefault(key(row), List.of());
        assertThat(decisions.stream().map(HostileTableIT::call))
            .containsExactlyElementsOf(decoded.calls().stream().map(HostileTableIT::call).toList());
        assertExecuted(row, decisions, decoded.calls());
      }
    }
  }

  private record Seen(String method, JsonNode request) {}

  private static Seen call(JsonNode decision) {
    return new Seen(decision.at("/input/method").asText(), decision.at("/input/request"));
  }

  /** As it is logged: values are masked, which the call's digest covers. */
  private static Seen call(Call call) {
    var request = (ObjectNode) Values.parse(CallJson.request(call));
    MASKED.stream().filter(request::has).forEach(name -> request.put(name, "***"));
    return new Seen(call.method(), request);
  }

  private static void assertExecuted(Row row, List<JsonNode> decisions, List<Call> calls) {
    Set<String> ids =
        decisions.stream().map(decision -> decision.path("decision_id").asText()).collect(toSet());
    assertThat(ids).hasSize(1);
    var actions =
        executed.getOrDefault(ids.iterator().next(), List.of()).stream()
            .map(record -> record.path("action").asText())
            .toList();
    var expected =
        calls.stream()
            .map(Call::method)
            .filter(method -> method.startsWith("/"))
            .map(method -> method.substring(method.lastIndexOf('/') + 1))
            .toList();
    assertThat(expected).containsAll(actions);
    // What a directive leaves out is authorised without being executed.
    if (!row.request().body().toStringUtf8().matches("(?s).*@(skip|include).*")) {
      assertThat(actions).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static void refused(Row row, Refusal reason, RawReply reply) {
    if (reply.header("content-type").startsWith("application/grpc")) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("grpc-status")).isEqualTo(grpcStatus(reason));
    } else {
      assertThat(reply.status())
          .isEqualTo(REFUSED_BY_ENVOY.getOrDefault(row.name(), reason.httpStatus()));
    }
  }

  private static String grpcStatus(Refusal reason) {
    return switch (reason) {
      case MALFORMED -> "3";
      case TOO_LARGE -> "8";
      case UNKNOWN_ROUTE, METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE -> "12";
    };
  }

  /** Envoy gives each header once, with all its values. */
  private static HttpCallRequest behindEnvoy(HttpCallRequest request) {
    var headers = new LinkedHashMap<String, List<String>>();
    request
        .headers()
        .forEach((name, values) -> headers.put(name, List.of(String.join(",", values))));
    return new HttpCallRequest(
        request.method(),
        NORMALISED.getOrDefault(request.path(), request.path()),
        headers,
        request.body());
  }

  private static RawReply send(HttpCallRequest request, String mark) {
    var headers = new LinkedHashMap<>(request.headers());
    headers.put("authorization", List.of("Bearer " + HELMGATE.token("alice")));
    headers.put(MARK, List.of(mark));
    return HELMGATE
        .raw()
        .send(request.method(), request.path(), headers, request.body().toByteArray());
  }

  /** Decisions that allow, by the row's mark, in the order of a document's calls. */
  private static Map<String, List<JsonNode>> decisions(int from) {
    var byMark = new LinkedHashMap<String, List<JsonNode>>();
    ServiceLogs.allowed(HELMGATE.extauthzLog().substring(from))
        .filter(decision -> decision.at("/input/headers").has(MARK))
        .sorted(Comparator.comparingInt(decision -> decision.at("/input/call/index").asInt()))
        .forEach(
            decision ->
                byMark
                    .computeIfAbsent(
                        decision.at("/input/headers/" + MARK).asText(), _ -> new ArrayList<>())
                    .add(decision));
    return byMark;
  }

  private static String key(Row row) {
    return row.name() + " " + row.request().path();
  }
}
