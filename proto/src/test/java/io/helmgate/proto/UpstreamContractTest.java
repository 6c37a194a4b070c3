package io.helmgate.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client compiled from upstream's proto relies on. */
class UpstreamContractTest {

  private static final FileDescriptor FILE = AppRef.getDescriptor().getFile();

  /** Message, then each upstream field as name=number:type. */
  private static final List<String> UPSTREAM =
      List.of(
          "Dependency chart=1:string version=2:string repository=3:string",
          "Maintainer name=1:string email=2:string",
          "ChartFilter term=1:string regex=2:bool",
          "Chart name=1:string home=2:string description=3:string version=4:string"
              + " sources=5:repeated_string keywords=6:repeated_string icon=7:string"
              + " deprecated=8:bool dependencies=9:repeated_helmgate.Dependency"
              + " maintainers=10:repeated_helmgate.Maintainer metadata=11:map_string_string",
          "Charts charts=1:repeated_helmgate.Chart",
          "App name=1:string namespace=2:string release=5:helmgate.Release"
              + " chart=20:helmgate.Chart",
          "Apps apps=1:repeated_helmgate.App",
          "AppFilter namespace=1:string selector=2:string limit=3:uint32 offset=4:uint32",
          "Release version=1:uint32 config=2:google.protobuf.Struct notes=3:string"
              + " description=4:string status=5:string timestamps=6:helmgate.Timestamps",
          "Timestamps created=1:google.protobuf.Timestamp updated=2:google.protobuf.Timestamp"
              + " deleted=3:google.protobuf.Timestamp",
          "AppRef namespace=1:string name=2:string",
          "AppInput namespace=1:string chart=2:string app_name=3:string"
              + " config=4:map_string_string",
          "HistoryFilter ref=1:helmgate.AppRef limit=2:uint32",
          "NamespaceRef name=1:string",
          "NamespaceRefs namespaces=1:repeated_helmgate.NamespaceRef");

  static Stream<String> upstream() {
    return UPSTREAM.stream();
  }

  @ParameterizedTest
  @MethodSource("upstream")
  void fieldsKeepUpstreamsNumbersAndTypes(String row) {
    List<String> words = List.of(row.split(" "));
    Descriptor message = FILE.findMessageTypeByName(words.getFirst());
    assertThat(fieldsOf(message)).containsAll(words.subList(1, words.size()));
  }

  @ParameterizedTest
  @MethodSource("upstream")
  void whatIsAddedIsOptionalAndHasANumberFrom16(String row) {
    List<String> words = List.of(row.split(" "));
    Descriptor message = FILE.findMessageTypeByName(words.getFirst());
    List<FieldDescriptor> added =
        message.getFields().stream().filter(field -> !words.contains(describe(field))).toList();
    assertThat(added).allMatch(field -> field.getNumber() >= 16 && !field.isRequired());
  }

  @Test
  void thereAreNoMessagesButUpstreams() {
    assertThat(FILE.getMessageTypes())
        .extracting(Descriptor::getName)
        .containsExactlyInAnyOrderElementsOf(
            UPSTREAM.stream().map(row -> row.split(" ")[0]).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "GetApp, helmgate.AppRef, helmgate.App, GET /apps/{namespace}/{name}",
    "GetHistory, helmgate.HistoryFilter, helmgate.Apps,"
        + " GET /apps/{ref.namespace}/{ref.name}/history",
    "SearchApps, helmgate.AppFilter, helmgate.Apps, GET /apps/{namespace} GET /apps",
    "UninstallApp, helmgate.AppRef, google.protobuf.Empty, DELETE /apps/{namespace}/{name}",
    "RollbackApp, helmgate.AppRef, helmgate.App, POST /apps/{namespace}/{name}/rollback *",
    "InstallApp, helmgate.AppInput, helmgate.App, POST /apps/{namespace} *",
    "UpdateApp, helmgate.AppInput, helmgate.App, PUT /apps/{namespace}/{app_name} *",
    "SearchCharts, helmgate.ChartFilter, helmgate.Charts, GET /charts",
  })
  void methodsKeepTheirMessagesAndRoutes(
      String name, String request, String response, String routes) {
    MethodDescriptor method = FILE.findServiceByName("HelmProxyService").findMethodByName(name);
    assertThat(method.getInputType().getFullName()).isEqualTo(request);
    assertThat(method.getOutputType().getFullName()).isEqualTo(response);
    assertThat(method.isClientStreaming() || method.isServerStreaming()).isFalse();
    assertThat(routesOf(method)).isEqualTo(routes);
  }

  @Test
  void thereAreNoMethodsButUpstreams() {
    assertThat(FILE.getServices()).hasSize(1);
    assertThat(FILE.findServiceByName("HelmProxyService").getMethods()).hasSize(8);
  }

  private static List<String> fieldsOf(Descriptor message) {
    return message.getFields().stream().map(UpstreamContractTest::describe).toList();
  }

  private static String describe(FieldDescriptor field) {
    return field.getName() + "=" + field.getNumber() + ":" + typeOf(field);
  }

  private static String typeOf(FieldDescriptor field) {
    if (field.isMapField()) {
      List<FieldDescriptor> entry = field.getMessageType().getFields();
      return "map_" + typeOf(entry.get(0)) + "_" + typeOf(entry.get(1));
    }
    String type =
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            ? field.getMessageType().getFullName()
            : field.toProto().getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
    return field.isRepeated() ? "repeated_" + type : type;
  }

  private static String routesOf(MethodDescriptor method) {
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    List<HttpRule> rules = new ArrayList<>(List.of(rule));
    rules.addAll(rule.getAdditionalBindingsList());
    return String.join(" ", rules.stream().map(UpstreamContractTest::route).toList());
  }

  private static String route(HttpRule rule) {
    String path =
        switch (rule.getPatternCase()) {
          case GET -> rule.getGet();
          case PUT -> rule.getPut();
          case POST -> rule.getPost();
          case DELETE -> rule.getDelete();
          case PATCH -> rule.getPatch();
          case CUSTOM, PATTERN_NOT_SET -> "";
        };
    String body = rule.getBody().isEmpty() ? "" : " " + rule.getBody();
    return rule.getPatternCase() + " " + path + body;
  }
}
