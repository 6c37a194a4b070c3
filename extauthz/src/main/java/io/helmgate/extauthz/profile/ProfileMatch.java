package io.helmgate.extauthz.profile;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Which requests take a profile without their route naming it.
 *
 * @param hosts lower-case hosts without port, {@code *.example.org} for all below a domain; empty
 *     for any
 * @param pathPrefixes percent-decoded beginnings of the path, by whole segments; empty for any
 */
public record ProfileMatch(List<String> hosts, List<String> pathPrefixes) {

  private static final String ALL_BELOW = "*.";

  public ProfileMatch {
    hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    pathPrefixes = pathPrefixes.stream().map(ProfileMatch::withoutLastSlash).toList();
  }

  /** Whether a request can take the profile only by its route. */
  public boolean none() {
    return hosts.isEmpty() && pathPrefixes.isEmpty();
  }

  /**
   * How specifically a host is meant: more for more of it, most for all; empty when it is not.
   *
   * @param host lower case, without port
   */
  OptionalInt hostRank(String host) {
    return hosts.isEmpty()
        ? OptionalInt.of(0)
        : hosts.stream().mapToInt(pattern -> rank(pattern, host)).filter(rank -> rank > 0).max();
  }

  private static int rank(String pattern, String host) {
    if (pattern.equals(host)) {
      return Integer.MAX_VALUE;
    }
    boolean below =
        pattern.startsWith(ALL_BELOW)
            && host.length() >= pattern.length()
            && host.endsWith(pattern.substring(1));
    return below ? pattern.length() : 0;
  }

  /**
   * How many characters of a path are meant; empty when it is not.
   *
   * @param path percent-decoded
   */
  OptionalInt pathRank(String path) {
    return pathPrefixes.isEmpty()
        ? OptionalInt.of(0)
        : pathPrefixes.stream()
            .filter(prefix -> path.equals(prefix) || path.startsWith(prefix + '/'))
            .mapToInt(prefix -> prefix.length() + 1)
            .max();
  }

  private static String withoutLastSlash(String prefix) {
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }
}
