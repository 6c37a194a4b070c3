package io.helmgate.extauthz.explain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** An {@link Explanation} as text, in the order in which things happened. */
public final class ExplanationText {

  private final StringBuilder text = new StringBuilder();

  private ExplanationText() {}

  /** Writes it. */
  public static String of(JsonNode told) {
    ExplanationText writer = new ExplanationText();
    writer.write(told);
    return writer.text.toString();
  }

  private void write(JsonNode told) {
    JsonNode request = told.path("request");
    line(
        "request",
        "%s %s%s",
        text(request, "method"),
        text(request, "host"),
        text(request, "path"));
    line("profile", "%s", orNone(text(told, "profile")));
    for (JsonNode stage : told.path("stages")) {
      line(text(stage, "stage"), "%s%s%s", text(stage, "outcome"), time(stage), about(told, stage));
    }
    int number = 0;
    for (JsonNode evaluation : told.path("evaluations")) {
      evaluation(++number, evaluation);
    }
    JsonNode decision = told.path("decision");
    text.append('\n');
    line("decision", "%s, reason %s", text(decision, "outcome"), text(decision, "reason"));
    if (!text(decision, "detail").isEmpty()) {
      line("", "%s", text(decision, "detail"));
    }
    reply(told.path("reply"));
  }

  private static String time(JsonNode stage) {
    return stage.has("microseconds")
        ? String.format(Locale.ROOT, " (%.2f ms)", stage.path("microseconds").asLong() / 1000.0)
        : "";
  }

  private static String about(JsonNode told, JsonNode stage) {
    String name = text(stage, "stage");
    if (name.equals("authenticate") && !text(told, "subject").isEmpty()) {
      return ": " + text(told, "subject");
    }
    return name.equals("policy") && !told.path("evaluations").isEmpty()
        ? ": " + text(told, "query") + ", revision " + text(told, "revision")
        : "";
  }

  private void evaluation(int number, JsonNode evaluation) {
    JsonNode result = evaluation.path("result");
    text.append("\nevaluation ").append(number).append('\n');
    line("  result", "%s", result.isMissingNode() ? "undefined" : result.toString());
    text.append("  input\n").append(evaluation.path("input").toPrettyString().indent(4));
    evaluation.path("erased").forEach(path -> line("  left out", "%s", path.asText()));
    if (evaluation.has("trace")) {
      text.append("  trace\n");
      evaluation
          .path("trace")
          .forEach(step -> text.append("    ").append(step.asText()).append('\n'));
    }
  }

  private void reply(JsonNode reply) {
    JsonNode denied = reply.path("deniedResponse");
    if (denied.isObject()) {
      line("reply", "%s", text(denied.path("status"), "code"));
      denied.path("headers").forEach(header -> line("", "%s", header(header)));
      if (denied.has("body")) {
        line("  body", "%s", text(denied, "body"));
      }
      return;
    }
    JsonNode ok = reply.path("okResponse");
    line("reply", "the request goes on");
    ok.path("headers").forEach(header -> line("  set", "%s", header(header)));
    ok.path("headersToRemove").forEach(name -> line("  remove", "%s", name.asText()));
    ok.path("queryParametersToSet")
        .forEach(pair -> line("  query", "%s=%s", text(pair, "key"), text(pair, "value")));
    ok.path("queryParametersToRemove").forEach(name -> line("  query remove", "%s", name.asText()));
    ok.path("responseHeadersToAdd").forEach(header -> line("  respond", "%s", header(header)));
  }

  private static String header(JsonNode option) {
    return text(option.path("header"), "key") + ": " + text(option.path("header"), "value");
  }

  @SuppressWarnings("AnnotateFormatMethod") // All its callers are in this class.
  private void line(String name, String form, Object... values) {
    text.append(String.format(Locale.ROOT, "%-14s", name))
        .append(String.format(Locale.ROOT, form, values))
        .append('\n');
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  private static String orNone(String name) {
    return name.isEmpty() ? "none" : name;
  }
}
