package io.helmgate.deployer.kubernetes;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * By which field the elements of a list are told apart in a strategic merge patch of built-in kinds
 * (the {@code patchMergeKey} of Kubernetes' API types). A list without one is replaced as a whole.
 */
final class MergeKeys {
  private static final Set<String> CONTAINERS =
      Set.of("containers", "initContainers", "ephemeralContainers");

  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("containers", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("ephemeralContainers", "name"),
          Map.entry("env", "name"),
          Map.entry("volumes", "name"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("resourceClaims", "name"),
          Map.entry("secrets", "name"),
          Map.entry("webhooks", "name"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumeDevices", "devicePath"),
          Map.entry("hostAliases", "ip"),
          Map.entry("topologySpreadConstraints", "topologyKey"),
          Map.entry("ownerReferences", "uid"));

  private MergeKeys() {}

  /**
   * The key of a list.
   *
   * @param kind of the object that it is in
   * @param parent name of the field that holds what the list is in
   * @param list name of its field
   */
  static Optional<String> of(String kind, String parent, String list) {
    if (list.equals("ports")) {
      if (CONTAINERS.contains(parent)) {
        return Optional.of("containerPort");
      }
      return kind.equals("Service") && parent.equals("spec")
          ? Optional.of("port")
          : Optional.empty();
    }
    return Optional.ofNullable(KEYS.get(list));
  }
}
