package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.helmgate.kit.call.RandomRequests.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** One request, sent by each transport, is one call. */
class CallTransportsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, List<String>> JSON_TYPE =
      Map.of("content-type", List.of("application/json"));

  private final CallDecoder decoder = new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());

  @Provide
  Arbitrary<Request> requests() {
    return RandomRequests.all();
  }

  @Provide
  Arbitrary<FieldMask> masks() {
    return RandomRequests.masks();
  }

  @Property
  void everyTransportMakesTheSameCall(
      @ForAll("requests") Request request, @ForAll("masks") FieldMask mask) throws IOException {
    Request masked = withMask(request, mask);
    Call grpc = only(grpc(masked, false));
    assertThat(grpc.method()).isEqualTo("/helmgate.HelmProxyService/" + masked.method());
    assertThat(grpc.request()).isEqualTo(masked.message());
    for (HttpCallRequest other : List.of(grpc(masked, true), grpcWeb(masked), rest(masked))) {
      Call call = only(other);
      assertThat(call).isEqualTo(grpc);
      assertThat(CallDigest.of(List.of(call))).isEqualTo(CallDigest.of(List.of(grpc)));
      assertThat(CallJson.request(call)).isEqualTo(CallJson.request(grpc));
    }
  }

  @Property
  void graphqlMakesTheSameCallButForTheMask(@ForAll("requests") Request request)
      throws IOException {
    Call graphql = only(graphql(request));
    assertThat(graphql.method()).isEqualTo("/helmgate.HelmProxyService/" + request.method());
    assertThat(withMask(graphql.request(), FieldMask.getDefaultInstance()))
        .isEqualTo(request.message());
  }

  @Property
  void theJsonThatPoliciesReadIsTheRequest(
      @ForAll("requests") Request request, @ForAll("masks") FieldMask mask)
      throws InvalidProtocolBufferException {
    Call call = only(grpc(withMask(request, mask), false));
    assertThat(CallJson.request(call)).doesNotContain("\n");
    Message.Builder read = call.request().newBuilderForType();
    JsonFormat.parser().merge(CallJson.request(call), read);
    assertThat(read.build()).isEqualTo(call.request());
  }

  private Call only(HttpCallRequest request) {
    return switch (decoder.decode(request)) {
      case Decoding.Refused(Refusal reason, String message) ->
          throw new AssertionError(reason + " " + message + " " + request);
      case Decoding.Decoded decoded -> {
        assertThat(decoded.calls()).hasSize(1);
        Call call = decoded.calls().getFirst();
        yield new Call(call.service(), call.method(), call.request(), "", 0, 1);
      }
    };
  }

  private static Request withMask(Request request, FieldMask mask) {
    return new Request(request.method(), withMask(request.message(), mask));
  }

  private static Message withMask(Message message, FieldMask mask) {
    FieldDescriptor view = message.getDescriptorForType().findFieldByName("view");
    Message.Builder builder = message.toBuilder();
    return mask.equals(FieldMask.getDefaultInstance())
        ? builder.clearField(view).build()
        : builder.setField(view, mask).build();
  }

  static HttpCallRequest grpc(Request request, boolean gzip) {
    try {
      byte[] message = request.message().toByteArray();
      byte[] body =
          HostileRequests.frame(gzip ? 1 : 0, gzip ? HostileRequests.gzip(message) : message);
      return new HttpCallRequest(
          "POST",
          "/helmgate.HelmProxyService/" + request.method(),
          Map.of("content-type", List.of("application/grpc"), "grpc-encoding", List.of("gzip")),
          ByteString.copyFrom(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpCallRequest grpcWeb(Request request) {
    return new HttpCallRequest(
        "POST",
        "/helmgate.HelmProxyService/" + request.method(),
        Map.of("content-type", List.of("application/grpc-web+proto")),
        ByteString.copyFrom(HostileRequests.frame(0, request.message().toByteArray())));
  }

  static HttpCallRequest rest(Request request) throws IOException {
    ObjectNode body = (ObjectNode) JSON.readTree(JsonFormat.printer().print(request.message()));
    String namespace = segment(body, "namespace");
    return switch (request.method()) {
      case "GetApp" -> query("GET", "/apps/" + namespace + "/" + segment(body, "name"), body);
      case "UninstallApp" ->
          query("DELETE", "/apps/" + namespace + "/" + segment(body, "name"), body);
      case "SearchApps" -> query("GET", "/apps/" + namespace, body);
      case "SearchCharts" -> query("GET", "/charts", body);
      case "GetHistory" -> {
        ObjectNode ref = (ObjectNode) body.remove("ref");
        String path = "/apps/" + segment(ref, "namespace") + "/" + segment(ref, "name");
        yield query("GET", path + "/history", body);
      }
      case "RollbackApp" ->
          json("POST", "/apps/" + namespace + "/" + segment(body, "name") + "/rollback", body);
      case "InstallApp" -> json("POST", "/apps/" + namespace, body);
      case "UpdateApp" -> json("PUT", "/apps/" + namespace + "/" + segment(body, "appName"), body);
      default -> throw new IllegalArgumentException(request.method());
    };
  }

  /** Takes a member out of the body and into the path. */
  private static String segment(ObjectNode body, String member) {
    JsonNode value = body.remove(member);
    return value == null ? "" : encode(value.asText());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static HttpCallRequest query(String method, String path, ObjectNode body) {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    body.properties()
        .forEach(entry -> query.add(entry.getKey() + "=" + encode(entry.getValue().asText())));
    return new HttpCallRequest(method, path + query, Map.of(), ByteString.EMPTY);
  }

  private static HttpCallRequest json(String method, String path, JsonNode body)
      throws IOException {
    return new HttpCallRequest(
        method, path, JSON_TYPE, ByteString.copyFrom(JSON.writeValueAsBytes(body)));
  }

  static HttpCallRequest graphql(Request request) throws IOException {
    String message = request.message().getDescriptorForType().getName();
    boolean query = request.method().startsWith("Get") || request.method().startsWith("Search");
    String field =
        request.method().substring(0, 1).toLowerCase(Locale.ROOT) + request.method().substring(1);
    String selection = field.equals("uninstallApp") ? "" : "{name}";
    ObjectNode body = JSON.createObjectNode();
    body.put(
        "query",
        (query ? "query" : "mutation")
            + "($i:"
            + message
            + "!){x:"
            + field
            + "(input:$i)"
            + selection
            + "}");
    String input = JsonFormat.printer().preservingProtoFieldNames().print(request.message());
    body.putObject("variables").set("i", withRequiredFields(JSON.readTree(input), message));
    return json("POST", "/graphql", body);
  }

  /** GraphQL wants its required fields to be written even if they are empty. */
  private static JsonNode withRequiredFields(JsonNode input, String message) {
    if (message.equals("AppInput") && !input.has("chart")) {
      ((ObjectNode) input).put("chart", "");
    }
    return input;
  }
}
