package io.helmgate.deployer.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.AnnotationsProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HttpCallRequest;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ApiDescriptionTest {

  private final OpenAPI description = description();

  private static OpenAPI description() {
    var read = new OpenAPIV3Parser().readContents(ApiDescription.describe().toString());
    assertThat(read.getMessages()).isEmpty();
    return read.getOpenAPI();
  }

  @Test
  void eachRouteIsOneThatIsServedAndEachThatIsServedIsDescribed() {
    var decoder = new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());
    List<String> described = new ArrayList<>();
    description
        .getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap()
                    .forEach(
                        (method, operation) -> {
                          var call = (Decoding.Decoded) decoder.decode(request(method, path));
                          described.add(call.calls().getFirst().method());
                          assertThat(call.calls().getFirst().method().replace('/', '_'))
                              .endsWith(operation.getOperationId().replaceAll("\\d+$", ""));
                        }));

    assertThat(described)
        .containsExactlyInAnyOrderElementsOf(
            methods().stream()
                .filter(method -> method.getOptions().hasExtension(AnnotationsProto.http))
                .flatMap(method -> Collections.nCopies(routes(method), path(method)).stream())
                .toList());
  }

  private static int routes(MethodDescriptor method) {
    return 1 + method.getOptions().getExtension(AnnotationsProto.http).getAdditionalBindingsCount();
  }

  private static String path(MethodDescriptor method) {
    return "/" + method.getService().getFullName() + "/" + method.getName();
  }

  private static HttpCallRequest request(HttpMethod method, String path) {
    var body = method == HttpMethod.POST || method == HttpMethod.PUT ? "{}" : "";
    return new HttpCallRequest(
        method.name(),
        path.replaceAll("\\{[a-zA-Z.]+}", "x"),
        body.isEmpty() ? Map.of() : Map.of("content-type", List.of("application/json")),
        ByteString.copyFromUtf8(body));
  }

  private static List<MethodDescriptor> methods() {
    return CallSchema.services().stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
        .map(ProtoMethodDescriptorSupplier::getMethodDescriptor)
        .toList();
  }

  @Test
  void aBodyNeedNotRepeatThePath() {
    var schemas = ApiDescription.describe().path("components").path("schemas");
    var install = schemas.path("helmgate.deployer.v1.InstallReleaseRequest");
    var app = schemas.path("helmgate.AppInput");

    assertThat(install.path("required"))
        .extracting(JsonNode::asText)
        .containsExactly("releaseId", "chart");
    assertThat(install.path("properties").fieldNames())
        .toIterable()
        .contains("createNamespace")
        .doesNotContain("parent");
    assertThat(app.path("properties").fieldNames())
        .toIterable()
        .contains("appName")
        .doesNotContain("namespace");
  }

  @Test
  void streamsAreEventsAndFailuresAreProblems() {
    var document = ApiDescription.describe();
    var operations =
        document
            .path("paths")
            .propertyStream()
            .flatMap(path -> path.getValue().propertyStream())
            .map(Map.Entry::getValue)
            .toList();

    assertThat(operations)
        .allSatisfy(
            operation ->
                assertThat(operation.at("/responses/default/$ref").asText())
                    .isEqualTo("#/components/responses/Problem"));
    assertThat(operations)
        .filteredOn(operation -> operation.at("/responses/200/content").has("text/event-stream"))
        .extracting(operation -> operation.path("operationId").asText())
        .containsExactly("OperationService_WatchOperation");
    assertThat(document.at("/components/responses/Problem/content").fieldNames())
        .toIterable()
        .containsExactly("application/problem+json");
    assertThat(document.at("/components/schemas").fieldNames())
        .toIterable()
        .contains("Problem", "helmgate.deployer.v1.Release");
    assertThat(document.path("security")).hasSize(1);
  }
}
