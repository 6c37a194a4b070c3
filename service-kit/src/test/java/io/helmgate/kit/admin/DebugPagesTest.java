package io.helmgate.kit.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DebugPagesTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private final AdminServer server;

  DebugPagesTest() throws IOException {
    server = start(true);
  }

  private static AdminServer start(boolean debug) throws IOException {
    return AdminServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        ServiceMetrics.ofDecisions(),
        new Readiness(),
        "1.2.3",
        debug);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<byte[]> get(AdminServer from, String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + from.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/debug/threads", "/debug/heap", "/debug/jfr?seconds=1"})
  void nothingIsServedUnlessSwitchedOn(String path) throws Exception {
    try (AdminServer off = start(false)) {
      assertThat(get(off, path).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void theThreadDumpHasVirtualThreadsToo() throws Exception {
    var dump = new String(get(server, "/debug/threads").body(), StandardCharsets.UTF_8);

    assertThat(dump).contains("\"main\"").contains("virtual").contains("DebugPages");
  }

  @Test
  void theHeapSummaryNamesTheLargestClasses() throws Exception {
    var summary = new String(get(server, "/debug/heap").body(), StandardCharsets.UTF_8);

    assertThat(summary).startsWith("heap: init").contains("java.lang.String");
    assertThat(summary.lines().count()).isLessThan(100);
  }

  @Test
  void aRecordingHoldsNoVariablesPropertiesOrCommandLines(@TempDir Path directory)
      throws Exception {
    var reply = get(server, "/debug/jfr?seconds=1");

    assertThat(reply.statusCode()).isEqualTo(200);
    Path file = Files.write(directory.resolve("recording.jfr"), reply.body());
    Set<String> events =
        RecordingFile.readAllEvents(file).stream()
            .map(event -> event.getEventType().getName())
            .collect(Collectors.toSet());
    assertThat(events)
        .isNotEmpty()
        .doesNotContain(
            "jdk.InitialEnvironmentVariable",
            "jdk.InitialSystemProperty",
            "jdk.JVMInformation",
            "jdk.SystemProcess",
            "jdk.ProcessStart");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?seconds=0", "?seconds=301", "?seconds=-1", "?seconds=1&x=2"})
  void aRecordingHasABoundedLength(String query) throws Exception {
    assertThat(get(server, "/debug/jfr" + query).statusCode()).isEqualTo(400);
  }

  @Test
  void onlyOneRecordingRunsAtATimeAndClosingBreaksItOff() throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.port() + "/debug/jfr?seconds=300");
    var running = client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
    await("the recording runs")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                FlightRecorder.getFlightRecorder().getRecordings().stream()
                    .anyMatch(recording -> recording.getState() == RecordingState.RUNNING));

    assertThat(get(server, "/debug/jfr?seconds=1").statusCode()).isEqualTo(409);

    server.close();
    assertThat(running).failsWithin(Duration.ofSeconds(60));
    assertThat(FlightRecorder.getFlightRecorder().getRecordings()).isEmpty();
  }
}
