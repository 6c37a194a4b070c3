package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.audit.AuditRecord;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HostileRequests;
import io.helmgate.kit.call.HostileRequests.Row;
import io.helmgate.kit.call.Refusal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The decoder's own table, byte by byte over a socket: what Armeria makes of a request changes
 * nothing about what the decoder makes of it.
 */
@TestInstance(Lifecycle.PER_CLASS)
class HostileRequestsIT {

  private static final CallDecoder DECODER =
      new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());

  /** Answered here, to every TLS peer. */
  private static final String HEALTH = "/grpc.health.v1.Health/";

  /** The target of {@code OPTIONS *}, which Armeria answers by itself. */
  private static final String SERVER = "*";

  private final RunningApi api;
  private final RawClient client;

  HostileRequestsIT(@TempDir Path directory) {
    api = new RunningApi(directory, true, true);
    client = new RawClient(api);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @BeforeEach
  void forget() {
    api.domain.reset();
    api.audit.clear();
  }

  static List<Row> refused() {
    return HostileRequests.load().stream()
        .filter(row -> row.refused().isPresent())
        .filter(row -> !row.request().path().startsWith(HEALTH))
        .filter(row -> !row.request().path().equals(SERVER))
        .toList();
  }

  static List<Row> calls() {
    return HostileRequests.load().stream().filter(row -> row.refused().isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatTheDecoderRefusesIsNotExecuted(Row row) {
    var reply = client.send(row.request(), api.assertions.unbound());

    assertThat(api.domain.asked()).isEmpty();
    assertThat(api.audit).isEmpty();
    var expected = row.refused().orElseThrow();
    if (reply.status() == 200) {
      assertThat(reply.header("grpc-status")).isEqualTo(grpcStatus(expected));
    } else {
      assertThat(reply.status()).isEqualTo(expected.httpStatus());
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void whatTheDecoderReadsIsExecuted(Row row) {
    var decoded = (Decoding.Decoded) DECODER.decode(row.request());

    client.send(row.request(), api.assertions.forCalls(decoded.calls()));

    var executed = api.audit.stream().map(AuditRecord::action).toList();
    assertThat(actions(decoded.calls())).containsAll(executed);
    // What a directive leaves out is authorised without being executed.
    if (!row.request().body().toStringUtf8().matches("(?s).*@(skip|include).*")) {
      assertThat(executed).containsExactlyInAnyOrderElementsOf(actions(decoded.calls()));
    }
  }

  private static List<String> actions(List<Call> calls) {
    return calls.stream()
        .map(Call::method)
        .filter(method -> method.startsWith("/"))
        .map(method -> method.substring(method.lastIndexOf('/') + 1))
        .toList();
  }

  private static String grpcStatus(Refusal refusal) {
    return switch (refusal) {
      case MALFORMED -> "3";
      case TOO_LARGE -> "8";
      case UNKNOWN_ROUTE, METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE -> "12";
    };
  }
}
