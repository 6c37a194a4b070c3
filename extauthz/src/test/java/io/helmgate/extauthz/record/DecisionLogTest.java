package io.helmgate.extauthz.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.helmgate.extauthz.json.StrictJson;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.kit.call.CallSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class DecisionLogTest {

  private static final String TOKEN = Trails.TOKEN;
  private static final String SIGNATURE = TOKEN.substring(TOKEN.lastIndexOf('.') + 1);

  private final MetricRegistry metrics = new MetricRegistry();

  @Test
  void aRecordHasTheFormOfOpasDecisionLog() {
    JsonNode line = lines(Trails.of("{\"call\":{\"index\":0}}")).getFirst();

    assertThat(line.path("type").asText()).isEqualTo("openpolicyagent.org/decision_logs");
    assertThat(line.path("decision_id").asText()).isEqualTo("decision-1");
    assertThat(line.path("path").asText()).isEqualTo("helmgate/authz/allow");
    assertThat(line.at("/bundles/default/revision").asText()).isEqualTo("revision-1");
    assertThat(line.path("result").asBoolean()).isTrue();
    assertThat(line.path("timestamp").asText()).isEqualTo("2027-01-15T08:00:00Z");
    assertThat(line.path("labels").toString()).isEqualTo("{\"app\":\"extauthz\"}");
    assertThat(line.path("requested_by").asText()).isEqualTo("192.0.2.1:5000");
    assertThat(line.at("/metrics/timer_policy_ns").asLong()).isEqualTo(2_000_000);
    assertThat(line.path("custom").toString())
        .isEqualTo(
            "{\"outcome\":\"deny\",\"reason\":\"policy_denied\",\"http_status\":403,"
                + "\"profile\":\"default\",\"request_id\":\"request-1\",\"subject\":\"p:alice\","
                + "\"detail\":\"why\"}");
  }

  @Test
  void aRequestOfSeveralCallsHasOneRecordForEach() {
    List<JsonNode> lines = lines(Trails.of("{\"call\":{\"index\":0}}", "{\"call\":{\"index\":1}}"));

    assertThat(lines)
        .extracting(line -> line.at("/input/call/index").asInt())
        .containsExactly(0, 1);
    assertThat(lines)
        .extracting(line -> line.path("decision_id").asText())
        .containsOnly("decision-1");
  }

  @Test
  void aRequestThatReachedNoPolicyIsRecordedToo() {
    JsonNode line = lines(Trails.of()).getFirst();

    assertThat(line.path("result").asBoolean()).isFalse();
    assertThat(line.at("/input/attributes/request/http/path").asText())
        .isEqualTo("/apps?access_token=***&x=1");
    assertThat(line.has("path")).isFalse();
  }

  @Test
  void secretsAreTakenOutAndNamed() {
    String input =
        """
        {"headers":{"authorization":"Bearer TOKEN","cookie":"a=b","x-api-key":"k","accept":"*/*"},
         "header_values":{"authorization":["Bearer TOKEN"]},
         "parsed_query":{"access_token":["TOKEN"],"namespace":["a"]},
         "attributes":{"request":{"http":{
           "path":"/x?access_token=TOKEN&a=1","body":"values","rawBody":"dmFsdWVz",
           "headers":{":path":"/x?id_token=abc","authorization":"Bearer TOKEN","referer":"/y?code=1"},
           "headerMap":{"headers":[{"key":"Authorization","rawValue":"QQ=="},{"key":"accept","value":"x"}]}}}},
         "request":{"namespace":"a","values":{"password":"p"},"config":{"k":"v"}},
         "call":{"request":{"namespace":"a","values":{"password":"p"}}},
         "parsed_body":{"values":{"password":"p"}},
         "elsewhere":["see TOKEN here"]}
        """
            .replace("TOKEN", TOKEN);

    JsonNode line = lines(Trails.of(input)).getFirst();

    String text = line.toString();
    assertThat(text).doesNotContain(SIGNATURE, "\"p\"", "dmFsdWVz", "a=b", "abc", "QQ==");
    assertThat(line.at("/input/headers/accept").asText()).isEqualTo("*/*");
    assertThat(line.at("/input/request/namespace").asText()).isEqualTo("a");
    assertThat(line.at("/input/parsed_query/namespace/0").asText()).isEqualTo("a");
    assertThat(line.at("/input/attributes/request/http/path").asText())
        .isEqualTo("/x?access_token=***&a=1");
    assertThat(line.at("/input/elsewhere/0").asText()).isEqualTo("see *** here");
    assertThat(strings(line.path("masked")))
        .contains(
            "/input/headers/authorization",
            "/input/header_values/authorization",
            "/input/parsed_query/access_token",
            "/input/request/values",
            "/input/call/request/values",
            "/input/elsewhere/0");
    assertThat(strings(line.path("erased")))
        .containsExactlyInAnyOrder(
            "/input/attributes/request/http/body",
            "/input/attributes/request/http/rawBody",
            "/input/parsed_body");
  }

  @Test
  void noFieldOfARequestThatCanHoldAValueOfAChartIsRecorded() {
    var fields =
        CallSchema.services().stream()
            .flatMap(service -> service.getMethods().stream())
            .map(method -> (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
            .flatMap(
                method ->
                    Objects.requireNonNull(method)
                        .getMethodDescriptor()
                        .getInputType()
                        .getFields()
                        .stream())
            .filter(field -> field.isMapField() || holdsValues(field))
            .map(FieldDescriptor::getJsonName)
            .collect(Collectors.toSet());

    assertThat(fields).containsExactlyInAnyOrder("config", "values", "layers", "set");
    for (String field : fields) {
      String request = "\"request\": {\"%s\": [{\"a\": [\"of-a-chart\"]}]}".formatted(field);
      JsonNode line =
          lines(Trails.of("{%s, \"call\": {%s}}".formatted(request, request))).getFirst();

      assertThat(line.at("/input/request/" + field).asText()).isEqualTo(RecordMask.MASK);
      assertThat(line.at("/input/call/request/" + field).asText()).isEqualTo(RecordMask.MASK);
      assertThat(line.toString()).doesNotContain("of-a-chart");
    }
  }

  /** Messages of requests do not hold themselves, but for those of JSON. */
  private static boolean holdsValues(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && (Set.of(Struct.getDescriptor(), Value.getDescriptor()).contains(field.getMessageType())
            || field.getMessageType().getFields().stream().anyMatch(DecisionLogTest::holdsValues));
  }

  @Test
  void aDocumentWithTheDeepestBodyIsRecorded() {
    String body = "[".repeat(500) + "]".repeat(500);

    assertThat(StrictJson.value(body.getBytes(StandardCharsets.UTF_8))).isPresent();
    assertThat(StrictJson.value(("[" + body + "]").getBytes(StandardCharsets.UTF_8))).isEmpty();
    JsonNode line = lines(Trails.of("{\"parsed_body\":" + body + "}")).getFirst();
    assertThat(line.at("/input/parsed_body").toString()).isEqualTo(body);
  }

  @Test
  void aStuckConsoleCostsRecordsAndNothingElse() {
    CountDownLatch stuck = new CountDownLatch(1);
    PrintStream console =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) {
                try {
                  stuck.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            });
    try (DecisionLog log =
        DecisionLog.builder(Map.of(), Optional.empty(), metrics).console(console).start()) {
      for (int i = 0; i < 5000; i++) {
        log.decided(Trails.of("{}"));
      }

      assertThat(
              metrics
                  .counter(
                      MetricName.build("extauthz_decision_log_dropped").tagged("sink", "console"))
                  .getCount())
          .isBetween(900L, 905L);
      stuck.countDown();
    }
  }

  @Test
  void decisionsAreCountedByOutcomeAndStagesTimed() {
    DecisionMetrics counting = new DecisionMetrics(metrics);

    counting.decided(Trails.of("{}"));
    counting.decided(Trails.of("{}"));

    assertThat(metrics.getCounters().values())
        .singleElement()
        .extracting(c -> c.getCount())
        .isEqualTo(2L);
    assertThat(metrics.getCounters().firstKey().getTags())
        .isEqualTo(Map.of("profile", "default", "outcome", "deny", "reason", "policy_denied"));
    assertThat(metrics.getTimers().values()).extracting(timer -> timer.getCount()).contains(2L);
  }

  private List<JsonNode> lines(Trail trail) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DecisionLog log =
        DecisionLog.builder(Map.of("app", "extauthz"), Optional.empty(), metrics)
            .console(new PrintStream(bytes, true, StandardCharsets.UTF_8))
            .start()) {
      log.decided(trail);
    }
    return bytes.toString(StandardCharsets.UTF_8).lines().map(DecisionLogTest::json).toList();
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(item -> strings.add(item.asText()));
    return strings;
  }
}
