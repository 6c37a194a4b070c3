package io.helmgate.deployer.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where schemas lead out of their document: Helm's reader of schemas (santhosh-tekuri/jsonschema)
 * fetches such documents, also those that say what is allowed in a schema, over HTTP and from
 * files.
 */
final class SchemaReferences {
  private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");
  private static final String DIALECT = "$schema";

  /** Those that Helm's reader brings along. */
  private static final Pattern DIALECTS =
      Pattern.compile(
          "https?://json-schema\\.org/(?:draft-0[467]|draft/2019-09|draft/2020-12)/schema#?");

  private SchemaReferences() {}

  /**
   * The first that leads out. All that looks like one counts, wherever it stands: a reference can
   * make a schema of any part of the document.
   */
  static Optional<String> outside(JsonNode schema) {
    for (Map.Entry<String, JsonNode> field : schema.properties()) {
      if (field.getValue().isTextual() && !within(field.getKey(), field.getValue().textValue())) {
        return Optional.of(field.getValue().textValue());
      }
    }
    for (JsonNode each : schema) {
      Optional<String> found = outside(each);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static boolean within(String keyword, String text) {
    return keyword.equals(DIALECT)
        ? DIALECTS.matcher(text).matches()
        : !REFERENCES.contains(keyword) || text.startsWith("#");
  }
}
