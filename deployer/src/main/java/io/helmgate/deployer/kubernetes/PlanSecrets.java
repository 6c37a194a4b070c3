package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.kubernetes.ServiceApi.Kind;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Plan;
import io.helmgate.deployer.release.PlanStore;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Rendering;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans as Secrets of the service's own namespace, named by their digests. */
public final class PlanSecrets implements PlanStore {
  private static final Logger log = LoggerFactory.getLogger(PlanSecrets.class);
  private static final String STATE = "helmgate.io/state";
  private static final String ALL = STATE + "=plan";
  private static final String EXPIRES = "helmgate.io/expires";
  private static final String PREFIX = "plan-";
  private static final String DATA = "plan";

  /** A Secret holds 1 MiB, its base64 included. */
  private static final int MAX_SIZE = 1_000_000;

  private static final int MAX_PLANS = 1000;
  private static final ObjectMapper JSON = ReleaseCodec.mapper();
  private static final TypeReference<List<LinkedHashMap<String, @Nullable Object>>> OBJECTS =
      new TypeReference<>() {};

  private final ServiceApi api;

  public PlanSecrets(ServiceApi api) {
    this.api = api;
  }

  @Override
  public Outcome<Plan> keep(Plan plan, Instant now) {
    String data;
    try {
      data = ReleaseCodec.encode(write(plan));
    } catch (IOException e) {
      throw new IllegalStateException("every plan is JSON", e);
    }
    if (data.length() > MAX_SIZE) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION, "not kept: the plan is larger than a Secret can be");
    }
    sweep(now);
    return api.list(Kind.SECRETS, ALL, true)
        .flatMap(
            plans ->
                plans.size() >= MAX_PLANS
                    ? Outcome.failure(
                        Reason.RESOURCE_EXHAUSTED, "too many plans are kept (expected: to wait)")
                    : api.create(Kind.SECRETS, secret(plan, data)).map(_ -> plan));
  }

  private ObjectNode secret(Plan plan, String data) {
    ObjectNode secret = JsonNodeFactory.instance.objectNode();
    secret.put("apiVersion", "v1").put("kind", "Secret").put("type", "helmgate.io/plan");
    ObjectNode metadata = secret.withObject("/metadata");
    metadata.put("name", name(plan.digest())).put("namespace", api.namespace());
    metadata
        .withObject("/labels")
        .put("app.kubernetes.io/managed-by", "helmgate")
        .put(STATE, "plan")
        .put("helmgate.io/namespace", plan.ref().namespace())
        .put("helmgate.io/release", plan.ref().name());
    metadata.withObject("/annotations").put(EXPIRES, plan.expires().toString());
    secret.withObject("/data").put(DATA, data);
    return secret;
  }

  @Override
  public Outcome<Plan> get(ReleaseRef ref, String digest, Instant now) {
    return switch (api.get(Kind.SECRETS, name(digest))) {
      case Outcome.Success<JsonNode>(JsonNode secret) ->
          read(secret)
              .filter(plan -> plan.ref().equals(ref) && plan.digest().equals(digest))
              .filter(plan -> plan.expires().isAfter(now))
              .map(Outcome::success)
              .orElseGet(() -> unknown(ref));
      case Outcome.Failure<JsonNode>(Reason reason, String message, var _) ->
          reason == Reason.NOT_FOUND ? unknown(ref) : Outcome.failure(reason, message);
    };
  }

  private static <T> Outcome<T> unknown(ReleaseRef ref) {
    return Outcome.failure(
        Reason.FAILED_PRECONDITION,
        "release %s: there is no such plan, or it is no longer kept (expected: a new preview)"
            .formatted(ref));
  }

  @Override
  public void delete(Plan plan) {
    if (api.get(Kind.SECRETS, name(plan.digest()))
        instanceof Outcome.Success<JsonNode>(JsonNode secret)) {
      api.delete(Kind.SECRETS, secret);
    }
  }

  @Override
  public void sweep(Instant now) {
    if (api.list(Kind.SECRETS, ALL, true) instanceof Outcome.Success<List<JsonNode>>(var plans)) {
      for (JsonNode plan : plans) {
        String expires = plan.path("metadata").path("annotations").path(EXPIRES).asText();
        if (expires.isEmpty() || Instant.parse(expires).isBefore(now)) {
          api.delete(Kind.SECRETS, plan);
        }
      }
    }
  }

  /** The digest is one of a salt, so that a part of it tells plans apart as well. */
  private static String name(String digest) {
    return PREFIX + digest.substring(digest.indexOf(':') + 1);
  }

  private static ObjectNode write(Plan plan) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("namespace", plan.ref().namespace())
            .put("release", plan.ref().name())
            .put("salt", plan.salt())
            .put("chartVersion", plan.chartVersion())
            .put("expires", plan.expires().toString());
    plan.parts().forEach(json.putObject("parts")::put);
    plan.rendering().ifPresent(rendering -> json.set("rendering", write(rendering)));
    return json;
  }

  /** Its hooks have not run yet. */
  private static ObjectNode write(Rendering rendering) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("manifest", rendering.manifest())
            .put("notes", rendering.notes());
    json.set("objects", JSON.<JsonNode>valueToTree(rendering.objects()));
    json.set("definitions", JSON.<JsonNode>valueToTree(rendering.definitions()));
    rendering.doubts().forEach(json.putArray("doubts")::add);
    ArrayNode hooks = json.putArray("hooks");
    for (HelmHook hook : rendering.hooks()) {
      ObjectNode each =
          hooks
              .addObject()
              .put("name", hook.name())
              .put("kind", hook.kind())
              .put("manifest", hook.manifest())
              .put("weight", hook.weight());
      hook.events().forEach(each.putArray("events")::add);
      hook.deletePolicies().forEach(each.putArray("deletePolicies")::add);
    }
    return json;
  }

  private static Optional<Plan> read(JsonNode secret) {
    try {
      JsonNode json = ReleaseCodec.decode(secret.path("data").path(DATA).asText());
      Map<String, String> parts = new LinkedHashMap<>();
      json.path("parts")
          .properties()
          .forEach(part -> parts.put(part.getKey(), part.getValue().asText()));
      return Optional.of(
          new Plan(
              new ReleaseRef(json.path("namespace").asText(), json.path("release").asText()),
              json.path("salt").asText(),
              parts,
              json.path("chartVersion").asText(),
              Optional.of(json.path("rendering"))
                  .filter(JsonNode::isObject)
                  .map(PlanSecrets::rendering),
              Instant.parse(json.path("expires").asText())));
    } catch (IOException | RuntimeException e) {
      log.warn("{} holds no plan", secret.path("metadata").path("name").asText(), e);
      return Optional.empty();
    }
  }

  private static Rendering rendering(JsonNode json) {
    List<HelmHook> hooks = new ArrayList<>();
    for (JsonNode hook : json.path("hooks")) {
      hooks.add(
          new HelmHook(
              hook.path("name").asText(),
              hook.path("kind").asText(),
              hook.path("manifest").asText(),
              texts(hook.path("events")),
              hook.path("weight").asInt(),
              texts(hook.path("deletePolicies"))));
    }
    return new Rendering(
        json.path("manifest").asText(),
        objects(json.path("objects")),
        hooks,
        objects(json.path("definitions")),
        json.path("notes").asText(),
        texts(json.path("doubts")));
  }

  private static List<Map<String, @Nullable Object>> objects(JsonNode array) {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    for (Map<String, @Nullable Object> object : JSON.convertValue(array, OBJECTS)) {
      objects.add(object);
    }
    return objects;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
