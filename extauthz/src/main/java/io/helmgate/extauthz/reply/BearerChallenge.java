package io.helmgate.extauthz.reply;

import java.util.List;
import java.util.Map;

/** Writes a {@code WWW-Authenticate} header of scheme Bearer; parameters keep their order. */
final class BearerChallenge {

  private final StringBuilder text = new StringBuilder("Bearer");

  /** Adds a parameter; one without a value is left out. */
  BearerChallenge with(String name, String value) {
    if (!value.isEmpty()) {
      text.append(text.indexOf("=") < 0 ? " " : ",")
          .append(name)
          .append("=\"")
          .append(quotable(value))
          .append('"');
    }
    return this;
  }

  /** What may stand in the values of RFC 6750 §3: printable ASCII without quote and backslash. */
  private static String quotable(String value) {
    StringBuilder safe = new StringBuilder(value.length());
    value
        .chars()
        .map(c -> c < ' ' || c > '~' || c == '"' || c == '\\' ? '_' : c)
        .forEach(c -> safe.append((char) c));
    return safe.toString();
  }

  Map<String, List<String>> header() {
    return Map.of("www-authenticate", List.of(text.toString()));
  }
}
