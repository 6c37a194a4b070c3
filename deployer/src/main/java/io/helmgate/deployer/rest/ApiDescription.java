package io.helmgate.deployer.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.api.AnnotationsProto;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.helmgate.kit.call.CallSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The REST routes as OpenAPI 3.0 describes them: generated from the contract when it is built, and
 * completed with what the generator does not know.
 */
final class ApiDescription {

  private static final String GENERATED = "/helmgate/openapi.yaml";
  private static final String ADDED = "openapi.yaml";
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String JSON = "application/json";
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)[=}]");

  private final ObjectNode document;
  private final Map<String, MethodDescriptor> methods;

  private ApiDescription(ObjectNode document) {
    this.document = document;
    this.methods =
        CallSchema.services().stream()
            .flatMap(service -> service.getMethods().stream())
            .map(method -> (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
            .map(ProtoMethodDescriptorSupplier::getMethodDescriptor)
            .collect(Collectors.toMap(ApiDescription::operationId, method -> method));
  }

  /** The description, in JSON. */
  static HttpResponse response() {
    return HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, Held.DOCUMENT);
  }

  /** Made when it is first asked for. */
  private static final class Held {
    static final HttpData DOCUMENT = HttpData.ofUtf8(describe().toString());
  }

  static ObjectNode describe() {
    try (InputStream generated = resource(GENERATED);
        InputStream added = resource(ADDED)) {
      var yaml = new YAMLMapper();
      var description = new ApiDescription((ObjectNode) yaml.readTree(generated));
      description.complete();
      yaml.readerForUpdating(description.document).readTree(added);
      return description.document;
    } catch (IOException e) {
      throw new UncheckedIOException(GENERATED, e);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(ApiDescription.class.getResourceAsStream(name), name);
  }

  private static String operationId(MethodDescriptor method) {
    return method.getService().getName() + "_" + method.getName();
  }

  private void complete() {
    Set<String> ids = new HashSet<>();
    Map<String, List<Set<String>>> bound = new HashMap<>();
    for (JsonNode path : document.path("paths")) {
      for (JsonNode operation : path) {
        var id = operation.path("operationId").asText();
        var method = Objects.requireNonNull(methods.get(id), id);
        var name = id;
        for (int route = 2; !ids.add(name); route++) {
          name = id + route;
        }
        ((ObjectNode) operation).put("operationId", name);
        complete((ObjectNode) operation.path("responses"), method);
        var body = operation.at("/requestBody/content/application~1json/schema/$ref").asText();
        if (!body.isEmpty()) {
          bound
              .computeIfAbsent(body.substring(SCHEMAS.length()), _ -> new ArrayList<>())
              .add(pathFields(method));
        }
      }
    }
    bound.forEach(this::leaveToPath);
  }

  private static void complete(ObjectNode responses, MethodDescriptor method) {
    responses.putObject("default").put("$ref", "#/components/responses/Problem");
    if (method.isServerStreaming()) {
      var content = (ObjectNode) responses.path("200").path("content");
      content.set(MediaType.EVENT_STREAM.toString(), content.remove(JSON));
    }
  }

  /** Fields of a request that stand in its path, by their names in JSON. */
  private static Set<String> pathFields(MethodDescriptor method) {
    var rule = method.getOptions().getExtension(AnnotationsProto.http);
    return VARIABLE
        .matcher(rule.hasPost() ? rule.getPost() : rule.getPut())
        .results()
        .map(variable -> method.getInputType().findFieldByName(variable.group(1)).getJsonName())
        .collect(Collectors.toSet());
  }

  /** A body need not repeat what stands in the path. */
  private void leaveToPath(String name, List<Set<String>> uses) {
    var schema = (ObjectNode) document.path("components").path("schemas").path(name);
    Set<String> inAll = new HashSet<>(uses.getFirst());
    uses.forEach(inAll::retainAll);
    ((ObjectNode) schema.path("properties")).remove(inAll);
    if (schema.path("required") instanceof ArrayNode required) {
      required.removeIf(field -> uses.stream().anyMatch(use -> use.contains(field.asText())));
      if (required.isEmpty()) {
        schema.remove("required");
      }
    }
  }
}
