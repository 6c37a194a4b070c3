package io.helmgate.e2e.client;

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
import io.helmgate.proto.Apps;
import io.helmgate.proto.Chart;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.Charts;
import io.helmgate.proto.HistoryFilter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** The API by REST. */
public final class RestApi implements HelmApi {

  private final HttpApi http;

  public RestApi(HttpApi http) {
    this.http = http;
  }

  @Override
  public Reply<App> getApp(AppRef ref) {
    return read(http.send("GET", app(ref), ""), App.newBuilder(), App.Builder::build);
  }

  @Override
  public Reply<List<App>> getHistory(HistoryFilter filter) {
    var limit = filter.getLimit() == 0 ? "" : "?limit=" + filter.getLimit();
    return read(
        http.send("GET", app(filter.getRef()) + "/history" + limit, ""),
        Apps.newBuilder(),
        Apps.Builder::getAppsList);
  }

  @Override
  public Reply<List<App>> searchApps(AppFilter filter) {
    var path = filter.getNamespace().isEmpty() ? "/apps" : "/apps/" + filter.getNamespace();
    var query =
        "?limit="
            + filter.getLimit()
            + "&offset="
            + filter.getOffset()
            + (filter.getSelector().isEmpty() ? "" : "&selector=" + encode(filter.getSelector()));
    return read(http.send("GET", path + query, ""), Apps.newBuilder(), Apps.Builder::getAppsList);
  }

  @Override
  public Reply<List<Chart>> searchCharts(ChartFilter filter) {
    return read(
        http.send(
            "GET", "/charts?term=" + encode(filter.getTerm()) + "&regex=" + filter.getRegex(), ""),
        Charts.newBuilder(),
        Charts.Builder::getChartsList);
  }

  @Override
  public Reply<App> installApp(AppInput input) {
    return read(
        http.send("POST", "/apps/" + input.getNamespace(), json(input)),
        App.newBuilder(),
        App.Builder::build);
  }

  @Override
  public Reply<App> updateApp(AppInput input) {
    return read(
        http.send("PUT", "/apps/" + input.getNamespace() + "/" + input.getAppName(), json(input)),
        App.newBuilder(),
        App.Builder::build);
  }

  @Override
  public Reply<App> rollbackApp(AppRef ref) {
    return read(
        http.send("POST", app(ref) + "/rollback", ""), App.newBuilder(), App.Builder::build);
  }

  @Override
  public Reply<Boolean> uninstallApp(AppRef ref) {
    var reply = http.send("DELETE", app(ref), "");
    return reply.status() == 200 ? Reply.ok(true) : error(reply);
  }

  @Override
  public String toString() {
    return "REST";
  }

  private static String app(AppRef ref) {
    return "/apps/" + ref.getNamespace() + "/" + ref.getName();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String json(MessageOrBuilder message) {
    try {
      return JsonFormat.printer().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static <B extends Message.Builder, T> Reply<T> read(
      HttpReply reply, B builder, Function<B, T> value) {
    if (reply.status() != 200) {
      return error(reply);
    }
    try {
      JsonFormat.parser().merge(reply.body(), builder);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("not the expected message: " + reply.body(), e);
    }
    return Reply.ok(value.apply(builder));
  }

  /** Reads problem+json where the deployer answered, else takes the status that Envoy answered. */
  private static <T> Reply<T> error(HttpReply reply) {
    if (reply.header("content-type").startsWith("application/problem+json")) {
      var problem = reply.json();
      return Reply.error(
          Code.valueOf(problem.path("code").asText()), problem.path("detail").asText());
    }
    return Reply.error(HttpCodes.code(reply.status()), reply.body());
  }
}
