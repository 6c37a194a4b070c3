package io.helmgate.deployer.api;

import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.client.Failure;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Apps;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.Charts;
import io.helmgate.proto.HistoryFilter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** The routes of the contract, written out. */
record RestClient(HttpSender http) implements ApiClient {

  @Override
  public Answer call(String rpc, Message request, Function<List<Call>, String> assertion) {
    var asserted = assertion.apply(ApiClient.calls(rpc, request));
    return switch (request) {
      case AppRef ref when rpc.equals("GetApp") -> get(app(ref), asserted, App.newBuilder());
      case AppRef ref when rpc.equals("RollbackApp") ->
          read(http.json("POST", app(ref) + "/rollback", asserted, "{}"), App.newBuilder());
      case AppRef ref -> read(http.json("DELETE", app(ref), asserted, ""), Empty.newBuilder());
      case HistoryFilter filter ->
          get(
              app(filter.getRef()) + "/history?limit=" + filter.getLimit(),
              asserted,
              Apps.newBuilder());
      case AppFilter filter ->
          get(
              "/apps/%s?selector=%s&limit=%d&offset=%d"
                  .formatted(
                      filter.getNamespace(),
                      encoded(filter.getSelector()),
                      filter.getLimit(),
                      filter.getOffset()),
              asserted,
              Apps.newBuilder());
      case ChartFilter filter ->
          get(
              "/charts?term=" + encoded(filter.getTerm()) + "&regex=" + filter.getRegex(),
              asserted,
              Charts.newBuilder());
      case AppInput input when rpc.equals("InstallApp") ->
          read(
              http.json("POST", "/apps/" + input.getNamespace(), asserted, json(input)),
              App.newBuilder());
      case AppInput input ->
          read(
              http.json(
                  "PUT",
                  "/apps/" + input.getNamespace() + "/" + input.getAppName(),
                  asserted,
                  json(input)),
              App.newBuilder());
      default -> throw new IllegalArgumentException(rpc);
    };
  }

  private Answer get(String path, String assertion, Message.Builder response) {
    return read(http.json("GET", path, assertion, ""), response);
  }

  private static Answer read(HttpReply reply, Message.Builder response) {
    if (reply.status() != 200) {
      return problem(reply);
    }
    try {
      JsonFormat.parser().merge(reply.body(), response);
      return Answer.ok(response.build());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(reply.body(), e);
    }
  }

  private static Answer problem(HttpReply reply) {
    if (!reply.header("content-type").equals("application/problem+json")) {
      throw new AssertionError("no problem: " + reply.status() + " " + reply.body());
    }
    var problem = reply.json();
    if (problem.path("status").asInt() != reply.status()) {
      throw new AssertionError("other status than in the problem: " + reply);
    }
    return Answer.of(Failure.ofProblem(problem));
  }

  private static String app(AppRef ref) {
    return "/apps/" + ref.getNamespace() + "/" + ref.getName();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String json(Message message) {
    try {
      return JsonFormat.printer().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public String toString() {
    return "REST " + http.version();
  }
}
