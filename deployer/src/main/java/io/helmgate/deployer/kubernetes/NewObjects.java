package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.kubernetes.PlannedObjects.Planned;
import io.helmgate.deployer.kubernetes.PlannedObjects.PlannedHook;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a release brings itself, so that the API server misses it while Helm has not begun: Helm
 * creates a Role before its RoleBinding, and a ServiceAccount before its Pod.
 */
final class NewObjects {
  /** As RBAC and the admission plugins for service accounts and runtime classes put it. */
  private static final Pattern NOT_FOUND =
      Pattern.compile("([A-Za-z]+)(?:\\.[-.a-z0-9]+)? \"([^\"]+)\" not found");

  /** As the admission plugin for priorities puts it. */
  private static final Pattern NO_PRIORITY =
      Pattern.compile("no (PriorityClass) with name (\\S+) was found");

  /** Labels by {@link #key}. */
  private final Map<String, String> labels = new HashMap<>();

  NewObjects(List<Planned> planned, List<PlannedHook> hooks) {
    planned.stream()
        .filter(each -> !each.exists() && !each.wanted().dropped())
        .forEach(each -> each.resource().ifPresent(served -> add(each.wanted().id(), served)));
    hooks.stream()
        .filter(each -> each.hook().events().stream().anyMatch(event -> event.startsWith("pre-")))
        .forEach(each -> each.resource().ifPresent(served -> add(each.id(), served)));
  }

  private void add(ManifestObject object, ApiResource served) {
    String label = object.kind() + " \"" + object.name() + "\"";
    labels.put(key(object.kind(), served.namespace(), object.name()), label);
    labels.put(key(served.name(), served.namespace(), object.name()), label);
  }

  private static String key(String kind, String namespace, String name) {
    return String.join("/", kind.toLowerCase(Locale.ROOT), namespace, name);
  }

  /**
   * What an object was refused for the lack of, when that is one of these.
   *
   * @param message the API server's
   */
  Optional<String> missedBy(Planned refused, String message) {
    String namespace = refused.resource().map(ApiResource::namespace).orElse("");
    return Stream.of(NOT_FOUND, NO_PRIORITY)
        .flatMap(pattern -> pattern.matcher(message).results())
        .flatMap(
            missing ->
                Stream.of(
                    label(missing.group(1), namespace, missing.group(2)),
                    label(missing.group(1), "", missing.group(2)),
                    ofBinding(refused, namespace)))
        .flatMap(Optional::stream)
        .filter(label -> !label.equals(refused.quotedLabel()))
        .findFirst();
  }

  /** A binding whose role is not there is told that it is not there itself. */
  private Optional<String> ofBinding(Planned refused, String namespace) {
    JsonNode role = refused.wanted().object().path("roleRef");
    String kind = role.path("kind").asText();
    return label(kind, kind.equals("Role") ? namespace : "", role.path("name").asText());
  }

  private Optional<String> label(String kind, String namespace, String name) {
    return Optional.ofNullable(labels.get(key(kind, namespace, name)));
  }
}
