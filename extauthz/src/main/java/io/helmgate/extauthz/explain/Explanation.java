package io.helmgate.extauthz.explain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.extauthz.profile.Trail.Stage;
import io.helmgate.extauthz.record.Outcome;
import io.helmgate.extauthz.record.RecordMask;
import java.io.IOException;
import java.util.Locale;

/** A decision and everything that led to it, as JSON. */
public final class Explanation {

  private static final ObjectMapper JSON = new JsonMapper();

  private final PolicyAnswers answers;
  private final boolean secrets;

  /**
   * Makes the form.
   *
   * @param answers what policies say in detail
   * @param secrets whether tokens and the like are shown
   */
  public Explanation(PolicyAnswers answers, boolean secrets) {
    this.answers = answers;
    this.secrets = secrets;
  }

  /** Tells it. */
  public ObjectNode of(Trail trail, CheckResponse reply) throws IOException, InterruptedException {
    ObjectNode told = JSON.createObjectNode();
    String path = trail.request().line().path();
    told.putObject("request")
        .put("id", trail.request().id())
        .put("method", trail.request().line().method())
        .put("host", trail.request().line().host())
        .put("path", secrets ? path : RecordMask.target(path));
    told.put("profile", trail.profile());
    told.put("subject", trail.subject().orElse(""));
    told.put("query", trail.query());
    told.put("revision", trail.revision());
    stages(told, trail);
    for (Trail.Evaluation evaluation : trail.evaluations()) {
      told.withArrayProperty("evaluations").add(evaluation(trail, evaluation));
    }
    Outcome outcome = Outcome.of(trail.decision());
    told.putObject("decision")
        .put("outcome", outcome.kind())
        .put("reason", outcome.reason())
        .put("http_status", outcome.httpStatus())
        .put("detail", trail.detail());
    told.set("reply", reply(reply));
    return told;
  }

  /** The last stage that ran is the one that did not let the request pass. */
  private static void stages(ObjectNode told, Trail trail) {
    Stage last = null;
    for (Stage stage : Stage.values()) {
      last = trail.times().containsKey(stage) ? stage : last;
    }
    String end =
        switch (trail.decision()) {
          case Decision.Allow _ -> "passed";
          case Decision.Deny _, Decision.Throttled _ -> "refused";
          case Decision.Unavailable _ -> "failed";
        };
    for (Stage stage : Stage.values()) {
      var time = trail.times().get(stage);
      ObjectNode entry = told.withArrayProperty("stages").addObject();
      entry.put("stage", stage.name().toLowerCase(Locale.ROOT));
      entry.put("outcome", time == null ? "not reached" : stage == last ? end : "passed");
      if (time != null) {
        entry.put("microseconds", time.toNanos() / 1000);
      }
    }
  }

  private ObjectNode evaluation(Trail trail, Trail.Evaluation evaluation)
      throws IOException, InterruptedException {
    ObjectNode told = JSON.createObjectNode();
    told.put("allowed", evaluation.allowed());
    byte[] asked = evaluation.input();
    told.set("result", answers.result(trail.profile(), asked));
    if (secrets) {
      told.set("input", JSON.readTree(asked));
    } else {
      try (TokenBuffer input = new TokenBuffer(JSON, false)) {
        RecordMask.Taken taken = RecordMask.copy(evaluation.document(), input);
        taken.masked().forEach(path -> told.withArrayProperty("masked").add(path));
        taken.erased().forEach(path -> told.withArrayProperty("erased").add(path));
        told.set("input", JSON.readTree(input.asParser()));
      }
    }
    answers
        .trace(trail.profile(), asked)
        .ifPresent(
            trace ->
                trace.lines().forEach(line -> told.withArrayProperty("trace").add(shown(line))));
    return told;
  }

  private ObjectNode reply(CheckResponse reply) throws IOException {
    try {
      return (ObjectNode) JSON.readTree(shown(JsonFormat.printer().print(reply)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a reply holds a message of an unknown type", e);
    }
  }

  private String shown(String text) {
    return secrets ? text : RecordMask.tokens(text);
  }
}
