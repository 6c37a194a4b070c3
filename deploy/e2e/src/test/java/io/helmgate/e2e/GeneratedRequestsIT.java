package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.rpc.Code;
import io.helmgate.e2e.GeneratedRequests.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the policy saw is what the deployer executes, or the call is refused: over generated
 * requests of both APIs on all transports, the decision log and the audit log must tell the same of
 * each.
 */
final class GeneratedRequestsIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final int REQUESTS = Integer.getInteger("helmgate.generated.requests", 300);

  /** What both logs tell of a call. */
  private record Told(String decision, String action, String namespace, String release) {}

  @Test
  void whatIsExecutedIsWhatThePolicyAllowed() {
    var seed = new Random().nextLong();
    var requests = new GeneratedRequests(seed);
    int executedBefore = audits().size();
    var statuses = new HashMap<Integer, Integer>();
    for (int i = 0; i < REQUESTS; i++) {
      var request = requests.next();
      int status = send(request);
      assertThat(status).as("%s (seed %d)", request, seed).isBetween(200, 499);
      statuses.merge(status, 1, Integer::sum);
    }

    var executed = audits().stream().skip(executedBefore).toList();
    await("the decision log is written")
        .until(() -> decisions().keySet().containsAll(ids(executed)));
    var allowed = decisions();
    for (var call : executed) {
      assertThat(allowed.getOrDefault(call.decision(), List.of()))
          .as("decision on %s (seed %d)", call, seed)
          .contains(call);
      assertThat(call.namespace()).as("%s (seed %d)", call, seed).isIn("team-a", "");
    }
    assertThat(HELMGATE.deployerLog()).doesNotContain("decoder fault");
    assertThat(statuses).as("statuses (seed %d)", seed).containsKeys(200, 400, 403, 404);
    assertThat(executed).as("seed %d", seed).hasSizeGreaterThan(REQUESTS / 10);
  }

  /** What is whole gRPC goes by HTTP/2 and a client of gRPC, all else as bytes of HTTP/1.1. */
  private static int send(Request request) {
    var message = request.grpcMessage();
    if (message.isPresent()) {
      return status(HELMGATE.grpcBytes("bob", request.target(), message.get()));
    }
    var headers = new HashMap<>(request.headers());
    headers.put("authorization", "Bearer " + HELMGATE.token("bob"));
    return HELMGATE.raw().status(request.method(), request.target(), headers, request.body());
  }

  private static int status(Code code) {
    return switch (code) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND, UNIMPLEMENTED -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      default -> 500;
    };
  }

  private static Set<String> ids(List<Told> calls) {
    return calls.stream().map(Told::decision).collect(Collectors.toSet());
  }

  /** What the deployer executed. */
  private static List<Told> audits() {
    return ServiceLogs.executed(HELMGATE.deployerLog())
        .map(
            line ->
                new Told(
                    line.path("decision_id").asText(),
                    line.path("action").asText(),
                    line.path("namespace").asText(),
                    line.path("release").asText()))
        .toList();
  }

  /** What the policy allowed, by decision. */
  private static Map<String, List<Told>> decisions() {
    return ServiceLogs.allowed(HELMGATE.extauthzLog())
        .map(line -> told(line.path("decision_id").asText(), line.path("input")))
        .collect(Collectors.groupingBy(Told::decision));
  }

  private static Told told(String decision, JsonNode input) {
    var method = input.path("method").asText();
    var action = method.substring(method.lastIndexOf('/') + 1);
    var request = input.path("request");
    Function<String, String> text =
        name -> request.path(name).asText(request.path("ref").path(name).asText());
    if (method.startsWith("/helmgate.deployer.v1.")) {
      var resource = (text.apply("name") + text.apply("parent")).split("/", -1);
      return resource.length < 4 || !resource[0].equals("clusters")
          ? new Told(decision, action, "", "")
          : new Told(
              decision,
              action,
              resource[3],
              resource.length > 5 ? resource[5] : text.apply("releaseId"));
    }
    return new Told(
        decision,
        action,
        text.apply("namespace"),
        request.path("appName").asText(text.apply("name")));
  }
}
