package io.helmgate.extauthz.policy.source;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The question put to a policy: a ground reference into {@code data}, since only such a reference
 * can be an entrypoint of a WebAssembly module.
 *
 * @param text as configured, such as {@code data.helmgate.authz.allow}
 * @param entrypoint the same as {@code opa build -e} wants it, such as {@code helmgate/authz/allow}
 */
public record RegoQuery(String text, String entrypoint) {

  private static final Pattern GROUND =
      Pattern.compile("data(?:\\.[A-Za-z_][A-Za-z0-9_]*|\\[\"[^\"\\\\/\\[\\]\\p{Cntrl}]+\"])+");
  private static final Pattern STEP =
      Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_]*)|\\[\"([^\"]+)\"]");

  /**
   * Reads a query.
   *
   * @return empty when it is no ground {@code data.} reference
   */
  public static Optional<RegoQuery> parse(String text) {
    if (!GROUND.matcher(text).matches()) {
      return Optional.empty();
    }
    var steps =
        STEP.matcher(text)
            .results()
            .map(step -> step.group(1) != null ? step.group(1) : step.group(2))
            .toList();
    return Optional.of(new RegoQuery(text, String.join("/", steps)));
  }
}
