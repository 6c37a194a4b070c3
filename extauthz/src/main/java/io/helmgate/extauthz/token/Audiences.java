package io.helmgate.extauthz.token;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The audiences that a provider accepts. As in Envoy a leading {@code http://} or {@code https://}
 * and one trailing slash do not count.
 */
final class Audiences {

  private final Set<String> accepted;

  /** Makes the check; no audience means that it is not made. */
  Audiences(List<String> accepted) {
    this.accepted = accepted.stream().map(Audiences::bare).collect(Collectors.toUnmodifiableSet());
  }

  boolean accept(List<String> audiences) {
    return accepted.isEmpty()
        || audiences.stream().map(Audiences::bare).anyMatch(accepted::contains);
  }

  private static String bare(String audience) {
    int from = 0;
    if (audience.startsWith("http://")) {
      from = "http://".length();
    } else if (audience.startsWith("https://")) {
      from = "https://".length();
    }
    int to = audience.endsWith("/") ? audience.length() - 1 : audience.length();
    return from < to ? audience.substring(from, to) : "";
  }
}
