package io.helmgate.e2e.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import io.helmgate.kit.client.HttpCodes;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Chart;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HistoryFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The API by GraphQL, with every field selected and the input as a variable. */
public final class GraphqlApi implements HelmApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHART =
      "name home description version sources keywords icon deprecated"
          + " dependencies { chart version repository } maintainers { name email } metadata";
  private static final String APP =
      "{ name namespace release { version config notes description status"
          + " timestamps { created updated deleted } } chart { "
          + CHART
          + " } }";

  private final HttpApi http;

  public GraphqlApi(HttpApi http) {
    this.http = http;
  }

  @Override
  public Reply<App> getApp(AppRef ref) {
    return one("query($input: AppRef!) { result: getApp(input: $input) " + APP + " }", ref);
  }

  @Override
  public Reply<List<App>> getHistory(HistoryFilter filter) {
    return apps(
        "query($input: HistoryFilter!) { result: getHistory(input: $input) " + APP + " }", filter);
  }

  @Override
  public Reply<List<App>> searchApps(AppFilter filter) {
    return apps(
        "query($input: AppFilter!) { result: searchApps(input: $input) " + APP + " }", filter);
  }

  @Override
  public Reply<List<Chart>> searchCharts(ChartFilter filter) {
    return run(
        "query($input: ChartFilter!) { result: searchCharts(input: $input) { " + CHART + " } }",
        filter,
        result -> list(result, Chart::newBuilder, Chart.Builder::build));
  }

  @Override
  public Reply<App> installApp(AppInput input) {
    return one(
        "mutation($input: AppInput!) { result: installApp(input: $input) " + APP + " }", input);
  }

  @Override
  public Reply<App> updateApp(AppInput input) {
    return one(
        "mutation($input: AppInput!) { result: updateApp(input: $input) " + APP + " }", input);
  }

  @Override
  public Reply<App> rollbackApp(AppRef ref) {
    return one("mutation($input: AppRef!) { result: rollbackApp(input: $input) " + APP + " }", ref);
  }

  @Override
  public Reply<Boolean> uninstallApp(AppRef ref) {
    return run(
        "mutation($input: AppRef!) { result: uninstallApp(input: $input) }",
        ref,
        result -> result.asText().equals(ref.getName()));
  }

  @Override
  public String toString() {
    return "GraphQL";
  }

  private Reply<App> one(String document, Message input) {
    return run(document, input, result -> message(result, App.newBuilder(), App.Builder::build));
  }

  private Reply<List<App>> apps(String document, Message input) {
    return run(document, input, result -> list(result, App::newBuilder, App.Builder::build));
  }

  private <T> Reply<T> run(String document, Message input, Function<JsonNode, T> read) {
    ObjectNode body = JSON.createObjectNode().put("query", document);
    body.putObject("variables").set("input", input(input));
    var reply = http.send("POST", "/graphql", body.toString());
    if (!reply.header("content-type").contains("json")) {
      return Reply.error(HttpCodes.code(reply.status()), reply.body());
    }
    var answer = reply.json();
    if (answer.path("errors").isEmpty()) {
      return Reply.ok(read.apply(answer.path("data").path("result")));
    }
    var error = answer.path("errors").path(0);
    return Reply.error(
        Code.valueOf(error.path("extensions").path("code").asText()),
        error.path("message").asText());
  }

  private static JsonNode input(MessageOrBuilder message) {
    try {
      return JSON.readTree(JsonFormat.printer().preservingProtoFieldNames().print(message));
    } catch (InvalidProtocolBufferException
        | com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static <B extends Message.Builder, T> List<T> list(
      JsonNode nodes, Supplier<B> builder, Function<B, T> build) {
    var list = new ArrayList<T>();
    nodes.forEach(node -> list.add(message(node, builder.get(), build)));
    return list;
  }

  private static <B extends Message.Builder, T> T message(
      JsonNode node, B builder, Function<B, T> build) {
    try {
      JsonFormat.parser().merge(node.toString(), builder);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("not the expected message: " + node, e);
    }
    return build.apply(builder);
  }
}
