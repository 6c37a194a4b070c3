package io.helmgate.extauthz.policy.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.extauthz.json.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bundle says about itself in {@code .manifest}.
 *
 * @param revision the maker's name for this version; may be empty
 * @param roots paths in {@code data} that the bundle owns, without leading or trailing slash; the
 *     empty one is everything
 * @param modules entrypoint to name of the compiled module that has it
 */
public record BundleManifest(String revision, List<String> roots, Map<String, String> modules) {

  static final String NAME = ".manifest";
  private static final BundleManifest NONE = new BundleManifest("", List.of(""), Map.of());

  public BundleManifest {
    roots = List.copyOf(roots);
    modules = Map.copyOf(modules);
  }

  /** What holds for a bundle without manifest. */
  static BundleManifest none() {
    return NONE;
  }

  static BundleManifest parse(byte[] json) throws InvalidBundleException {
    JsonNode manifest =
        StrictJson.object(json)
            .orElseThrow(() -> new InvalidBundleException(NAME + " is no JSON object"));
    List<String> roots = new ArrayList<>();
    JsonNode listed = manifest.path("roots");
    if (listed.isMissingNode() || listed.isNull()) {
      roots.add("");
    }
    for (JsonNode root : listed) {
      roots.add(text(root, "roots").replaceAll("^/+|/+$", ""));
    }
    Map<String, String> modules = new LinkedHashMap<>();
    for (JsonNode resolver : manifest.path("wasm")) {
      String entrypoint = text(resolver.path("entrypoint"), "wasm.entrypoint");
      String module = text(resolver.path("module"), "wasm.module");
      modules.put(entrypoint, module.replaceFirst("^/", ""));
    }
    JsonNode revision = manifest.path("revision");
    return new BundleManifest(
        revision.isMissingNode() ? "" : text(revision, "revision"), roots, modules);
  }

  private static String text(JsonNode node, String where) throws InvalidBundleException {
    if (!node.isTextual()) {
      throw new InvalidBundleException(NAME + ": " + where + ": " + node + " (expected: a text)");
    }
    return node.textValue();
  }

  /** Whether the bundle may say something at a path, such as {@code helmgate/authz}. */
  public boolean owns(String path) {
    return roots.stream()
        .anyMatch(root -> root.isEmpty() || path.equals(root) || path.startsWith(root + "/"));
  }
}
