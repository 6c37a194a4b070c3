package io.helmgate.deployer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HttpCallRequest;
import io.helmgate.kit.client.Failure;
import io.helmgate.proto.App;
import io.helmgate.proto.Apps;
import io.helmgate.proto.Charts;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One root field a document, all fields selected, the request as a variable. */
record GraphqlClient(HttpSender http) implements ApiClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final CallDecoder DECODER =
      new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());

  private static final String CHART =
      """
      { name home description version sources keywords icon deprecated
        dependencies { chart version repository } maintainers { name email } metadata }
      """;
  private static final String APP =
      """
      { name namespace chart %s release { version config notes description status
        timestamps { created updated deleted } } }
      """
          .formatted(CHART);

  @Override
  public Answer call(String rpc, Message request, Function<List<Call>, String> assertion) {
    var input = request.getDescriptorForType().getName();
    var field = Character.toLowerCase(rpc.charAt(0)) + rpc.substring(1);
    return switch (rpc) {
      case "GetApp" -> one("query", field, input, APP, request, assertion);
      case "InstallApp", "UpdateApp", "RollbackApp" ->
          one("mutation", field, input, APP, request, assertion);
      case "UninstallApp" ->
          read(
              send(document("mutation", field, input, ""), request, assertion),
              result -> Empty.getDefaultInstance());
      case "SearchCharts" ->
          read(
              send(document("query", field, input, CHART), request, assertion),
              result -> merge("{\"charts\":" + result + "}", Charts.newBuilder()));
      default ->
          read(
              send(document("query", field, input, APP), request, assertion),
              result -> merge("{\"apps\":" + result + "}", Apps.newBuilder()));
    };
  }

  private Answer one(
      String operation,
      String field,
      String input,
      String selection,
      Message request,
      Function<List<Call>, String> assertion) {
    return read(
        send(document(operation, field, input, selection), request, assertion),
        result -> merge(result.toString(), App.newBuilder()));
  }

  private static String document(String operation, String field, String input, String selection) {
    return "%s($input: %s!) { it: %s(input: $input) %s }"
        .formatted(operation, input, field, selection);
  }

  private HttpReply send(String document, Message request, Function<List<Call>, String> assertion) {
    ObjectNode body = JSON.createObjectNode().put("query", document);
    try {
      body.putObject("variables")
          .set(
              "input",
              JSON.readTree(JsonFormat.printer().preservingProtoFieldNames().print(request)));
    } catch (com.fasterxml.jackson.core.JsonProcessingException
        | InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
    return send(body.toString(), assertion);
  }

  /** Posts a body with an assertion for what the decoder reads in it; none when it refuses. */
  HttpReply send(String body, Function<List<Call>, String> assertion) {
    var decoding =
        DECODER.decode(
            new HttpCallRequest(
                "POST",
                "/graphql",
                Map.of("content-type", List.of("application/json")),
                ByteString.copyFromUtf8(body)));
    var calls = decoding instanceof Decoding.Decoded decoded ? decoded.calls() : List.<Call>of();
    return http.json("POST", "/graphql", assertion.apply(calls), body);
  }

  private static Answer read(HttpReply reply, Function<JsonNode, Message> response) {
    var answer = reply.json();
    return answer.path("errors").isEmpty()
        ? Answer.ok(response.apply(answer.path("data").path("it")))
        : error(answer.path("errors").path(0));
  }

  static Answer error(JsonNode error) {
    return Answer.of(Failure.ofGraphql(error));
  }

  private static Message merge(String json, Message.Builder builder) {
    try {
      JsonFormat.parser().merge(json, builder);
      return builder.build();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(json, e);
    }
  }

  @Override
  public String toString() {
    return "GraphQL " + http.version();
  }
}
