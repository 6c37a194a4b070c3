package io.helmgate.kit.call;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The few headers that say how to read a body; nothing else in a request's headers matters. */
final class RequestHeaders {

  private static final Set<String> JSON =
      Set.of("application/json", "application/json;charset=utf-8");

  private final Map<String, List<String>> headers;

  RequestHeaders(Map<String, List<String>> headers) {
    this.headers = headers;
  }

  /** The value, which must be the only one. */
  Optional<String> single(String name) throws RefusedException {
    List<String> values = headers.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw RefusedException.malformed(
          "%s: %d values (expected: one)".formatted(name, values.size()));
    }
    return values.stream().findFirst().map(String::strip);
  }

  void requireJson() throws RefusedException {
    String type = single("content-type").orElse("none");
    String compact =
        type.toLowerCase(Locale.ROOT).replaceAll("[ \t]*;[ \t]*", ";").replace("\"", "");
    if (!JSON.contains(compact)) {
      throw RefusedException.unsupported(
          "content-type: %s (expected: application/json)".formatted(type));
    }
  }

  /** Whether the body is compressed by gzip; any other coding is refused. */
  boolean isGzip(String header) throws RefusedException {
    String coding = single(header).orElse("identity");
    return switch (coding) {
      case "identity" -> false;
      case "gzip" -> true;
      default ->
          throw RefusedException.unsupported(
              "%s: %s (expected: gzip or identity)".formatted(header, coding));
    };
  }

  void requireNoCoding() throws RefusedException {
    if (isGzip("content-encoding")) {
      throw RefusedException.unsupported("content-encoding: gzip (expected: none here)");
    }
  }
}
