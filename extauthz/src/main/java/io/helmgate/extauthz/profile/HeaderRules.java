package io.helmgate.extauthz.profile;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which headers a policy may set: legal ones (RFC 9110 §5), and none that carry our own word. */
final class HeaderRules {

  /** Headers of this name are the word of this service, and of nobody else. */
  static final String OWN_PREFIX = "x-helmgate-";

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\uffff]*");

  /** They say where a message ends or how long a connection lives (RFC 9110 §7.6.1, RFC 9112). */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HeaderRules() {}

  /** What is wrong with headers that a policy wants to set; empty when nothing is. */
  static Optional<String> problem(Map<String, List<String>> headers) {
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      Optional<String> name = problem(header.getKey());
      if (name.isPresent()) {
        return name;
      }
      if (!header.getValue().stream().allMatch(value -> VALUE.matcher(value).matches())) {
        return Optional.of("header " + header.getKey() + " has an illegal value");
      }
    }
    return Optional.empty();
  }

  /** What is wrong with the name of a header that a policy wants to set or remove. */
  static Optional<String> problem(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.of("header name is illegal: " + name);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith(OWN_PREFIX) || lower.equals("host") || FRAMING.contains(lower)) {
      return Optional.of("header is not for policies: " + lower);
    }
    return Optional.empty();
  }
}
