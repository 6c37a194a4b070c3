package io.helmgate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * All that there is in a namespace, and Helm's records there, without what two runs never have in
 * common: ids, times, and the name of the namespace.
 */
final class Deployed {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KINDS =
      "configmaps,secrets,services,serviceaccounts,deployments.apps,jobs.batch";
  private static final String HOOK = "helm.sh/hook";
  private static final Set<String> OF_THE_CLUSTER = Set.of("kube-root-ca.crt", "default");

  private Deployed() {}

  /** The objects, by kind and name. */
  static Map<String, JsonNode> objects(String namespace, String... moreKinds) {
    var kinds = new ArrayList<>(List.of(KINDS));
    kinds.addAll(List.of(moreKinds));
    Map<String, JsonNode> objects = new TreeMap<>();
    for (var object : list(namespace, String.join(",", kinds))) {
      if (!object.path("type").asText().equals("helm.sh/release.v1")
          && !OF_THE_CLUSTER.contains(object.at("/metadata/name").asText())) {
        objects.put(
            object.path("kind").asText() + " " + object.at("/metadata/name").asText(),
            comparable(object, namespace));
      }
    }
    return objects;
  }

  /** One object that belongs to no namespace. */
  static JsonNode object(String kind, String name) {
    return comparable((ObjectNode) get(kind, name, "-o", "json"), "no-namespace");
  }

  /** Helm's records of a release, by the names of their Secrets. */
  static Map<String, JsonNode> records(String namespace, String release) {
    Map<String, JsonNode> records = new TreeMap<>();
    for (var secret : list(namespace, "secrets")) {
      if (secret.at("/metadata/labels/name").asText().equals(release)
          && secret.path("type").asText().equals("helm.sh/release.v1")) {
        var labels = (ObjectNode) secret.at("/metadata/labels");
        labels.remove(List.of("modifiedAt", "createdAt"));
        var record = JSON.createObjectNode();
        record.set("labels", labels);
        record.set("release", record(secret.at("/data/release").asText(), namespace));
        records.put(secret.at("/metadata/name").asText(), record);
      }
    }
    return records;
  }

  private static JsonNode record(String data, String namespace) {
    try (var content =
        new GZIPInputStream(
            new ByteArrayInputStream(
                Base64.getDecoder().decode(Base64.getDecoder().decode(data))))) {
      var record = (ObjectNode) renamed(JSON.readTree(content), namespace, "");
      times((ObjectNode) record.path("info"), "first_deployed", "last_deployed", "deleted");
      record
          .path("hooks")
          .forEach(hook -> times((ObjectNode) hook.path("last_run"), "started_at", "completed_at"));
      if (record.at("/chart/metadata/annotations") instanceof ObjectNode annotations) {
        annotations.remove(
            annotations
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(key -> key.startsWith("helmgate.io/"))
                .toList());
        if (annotations.isEmpty()) {
          ((ObjectNode) record.at("/chart/metadata")).remove("annotations");
        }
      }
      return record;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is a time is compared, not which. */
  private static void times(ObjectNode object, String... names) {
    for (var name : names) {
      if (object.hasNonNull(name)) {
        object.put(name, object.path(name).asText().isEmpty() ? "" : "a time");
      }
    }
  }

  private static JsonNode comparable(ObjectNode object, String namespace) {
    var metadata = (ObjectNode) object.path("metadata");
    var uid = metadata.path("uid").asText();
    metadata.remove(List.of("resourceVersion", "creationTimestamp"));
    // What controllers write, when they come to it.
    object.remove("status");
    if (metadata.path("annotations") instanceof ObjectNode annotations) {
      annotations.remove("deployment.kubernetes.io/revision");
      if (annotations.has(HOOK)) {
        // A rollback is carried out as an upgrade, and its hooks as that's.
        annotations.put(HOOK, "an event");
      }
      if (annotations.isEmpty()) {
        metadata.remove("annotations");
      }
    }
    var fields = JSON.createArrayNode();
    for (var entry : metadata.path("managedFields")) {
      // Helm names itself by its program, which here is a JVM.
      if (Set.of("helm", "java").contains(entry.path("manager").asText())) {
        ((ObjectNode) entry).remove(List.of("time", "manager"));
        fields.add(entry);
      }
    }
    metadata.set("managedFields", fields);
    return renamed(object, namespace, uid);
  }

  private static JsonNode renamed(JsonNode node, String namespace, String uid) {
    return switch (node) {
      case ObjectNode object -> {
        var copy = JSON.createObjectNode();
        object
            .properties()
            .forEach(field -> copy.set(field.getKey(), renamed(field.getValue(), namespace, uid)));
        yield copy;
      }
      case ArrayNode array -> {
        var copy = JSON.createArrayNode();
        array.forEach(element -> copy.add(renamed(element, namespace, uid)));
        yield copy;
      }
      default ->
          node.isTextual()
              ? JSON.getNodeFactory().textNode(renamed(node.asText(), namespace, uid))
              : node;
    };
  }

  private static String renamed(String text, String namespace, String uid) {
    var named = text.replace(namespace, "NAMESPACE");
    return uid.isEmpty() ? named : named.replace(uid, "UID");
  }

  private static List<ObjectNode> list(String namespace, String kinds) {
    List<ObjectNode> items = new ArrayList<>();
    get(kinds, "-n", namespace, "-o", "json")
        .path("items")
        .forEach(item -> items.add((ObjectNode) item));
    return items;
  }

  private static JsonNode get(String... arguments) {
    var words = new ArrayList<>(List.of("get"));
    words.addAll(List.of(arguments));
    return Values.parse(Running.helmgate().kubectl(words.toArray(String[]::new)));
  }
}
