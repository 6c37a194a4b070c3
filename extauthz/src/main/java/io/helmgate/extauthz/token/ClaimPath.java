package io.helmgate.extauthz.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Finds a claim by its name; dots lead into nested claims. */
public final class ClaimPath {

  private ClaimPath() {}

  /** The claim; null when the token has none. */
  public static @Nullable JsonNode find(ObjectNode claims, String path) {
    // A claim whose name has dots itself, such as a URL, goes before a nested one.
    JsonNode whole = claims.get(path);
    if (whole != null) {
      return whole;
    }
    JsonNode node = claims;
    for (String name : path.split("\\.", -1)) {
      node = node.path(name);
    }
    return node.isMissingNode() ? null : node;
  }
}
