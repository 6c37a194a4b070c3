package io.helmgate.kit.call;

import java.util.List;
import java.util.Optional;

/**
 * The {@code :path} of a request, taken apart without decoding anything.
 *
 * <p>Servers and proxies disagree on everything that this class refuses (some drop {@code ;x}, some
 * collapse {@code //}, some decode {@code %2F} before routing), so none of it may reach a route.
 *
 * @param path the path without its query, as received
 * @param segments what stands between the slashes, still percent-encoded
 * @param query what follows the first {@code ?}, still percent-encoded; empty without a {@code ?}
 */
record RequestTarget(String path, List<String> segments, Optional<String> query) {

  // RFC 3986 pchar and "/", less ";".
  private static final String PATH_PUNCTUATION = "/-._~!$&'()*+,=:@%";
  private static final String REFUSED_IN_QUERY = ";\\#";

  static RequestTarget parse(String target) throws RefusedException {
    String path = parsePath(target);
    Optional<String> query =
        path.length() == target.length()
            ? Optional.empty()
            : Optional.of(target.substring(path.length() + 1));
    if (query.isPresent()) {
      checkQuery(query.get());
    }
    return new RequestTarget(path, List.of(path.substring(1).split("/", -1)), query);
  }

  /** The path of a target whose query is nobody's concern here. */
  static String parsePath(String target) throws RefusedException {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    checkPath(path);
    return path;
  }

  private static void checkPath(String path) throws RefusedException {
    if (!path.startsWith("/")) {
      throw RefusedException.malformed("path: no leading slash (expected: /...)");
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (!isAlphanumeric(c) && PATH_PUNCTUATION.indexOf(c) < 0) {
        throw RefusedException.malformed("path: character %s is not allowed".formatted(show(c)));
      }
      if (c == '%') {
        checkEscape(path, i);
      }
    }
    if (path.contains("//")) {
      throw RefusedException.malformed("path: empty segment (expected: single slashes)");
    }
    if ((path + "/").contains("/./") || (path + "/").contains("/../")) {
      throw RefusedException.malformed("path: dot segment (expected: a normalized path)");
    }
  }

  private static void checkEscape(String path, int at) throws RefusedException {
    int value = PercentEncoding.octet(path, at);
    if (value == '/' || value == '\\' || value == ';' || value == '.') {
      throw RefusedException.malformed(
          "path: %s is not allowed".formatted(path.substring(at, at + 3)));
    }
  }

  private static void checkQuery(String query) throws RefusedException {
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c <= ' ' || c > '~' || REFUSED_IN_QUERY.indexOf(c) >= 0) {
        throw RefusedException.malformed("query: character %s is not allowed".formatted(show(c)));
      }
      if (c == '%') {
        PercentEncoding.octet(query, i);
      }
    }
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String show(char c) {
    return c > ' ' && c <= '~' ? "'" + c + "'" : "U+%04X".formatted((int) c);
  }
}
