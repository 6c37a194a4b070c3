package io.helmgate.extauthz.token;

import io.helmgate.extauthz.decision.AuthRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Where in a request a token may stand. */
public sealed interface TokenSource {

  /**
   * Envoy's default: {@code Authorization: Bearer} and the query parameter {@code access_token}.
   */
  List<TokenSource> DEFAULT =
      List.of(new Header("authorization", "Bearer "), new Query("access_token"));

  /** The tokens that stand there, in order. */
  List<String> tokens(AuthRequest request);

  /**
   * A header.
   *
   * @param name lower case
   * @param prefix text in front of the token, found anywhere in the value; empty when the whole
   *     value is the token
   */
  record Header(String name, String prefix) implements TokenSource {

    @Override
    public List<String> tokens(AuthRequest request) {
      List<String> values = request.headers().getOrDefault(name, List.of());
      // Repeated headers are one value with commas (RFC 9110 §5.3), for Envoy too: no token.
      String value = String.join(",", values);
      int at = value.indexOf(prefix);
      return values.isEmpty() || at < 0 ? List.of() : List.of(token(value, at + prefix.length()));
    }

    /** The rest of the value from the first character that a token may have, as Envoy cuts it. */
    private String token(String value, int from) {
      if (prefix.isEmpty()) {
        return value.strip();
      }
      for (int i = from; i < value.length(); i++) {
        if (mayStandInToken(value.charAt(i))) {
          return value.substring(i);
        }
      }
      return value;
    }

    private static boolean mayStandInToken(char c) {
      return (c >= 'A' && c <= 'Z')
          || (c >= 'a' && c <= 'z')
          || (c >= '0' && c <= '9')
          || "-_.".indexOf(c) >= 0;
    }
  }

  /**
   * A query parameter; its first value counts.
   *
   * @param name the parameter's name
   */
  record Query(String name) implements TokenSource {

    @Override
    public List<String> tokens(AuthRequest request) {
      String path = request.line().path();
      int query = path.indexOf('?');
      if (query < 0) {
        return List.of();
      }
      for (String parameter : path.substring(query + 1).split("&", -1)) {
        String[] pair = parameter.split("=", 2);
        if (decode(pair[0]).equals(name)) {
          return List.of(pair.length == 2 ? decode(pair[1]) : "");
        }
      }
      return List.of();
    }

    private static String decode(String text) {
      try {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return text;
      }
    }
  }

  /**
   * A cookie.
   *
   * @param name the cookie's name
   */
  record Cookie(String name) implements TokenSource {

    @Override
    public List<String> tokens(AuthRequest request) {
      return pairs(request).filter(this::named).map(Cookie::value).toList();
    }

    /** All cookies of a request, each as {@code name=value} (RFC 6265 §4.2.1). */
    public static Stream<String> pairs(AuthRequest request) {
      return request.headers().getOrDefault("cookie", List.of()).stream()
          .flatMap(header -> Arrays.stream(header.split(";", -1)))
          .map(String::strip)
          .filter(pair -> !pair.isEmpty());
    }

    /** Whether this is the cookie, however often it comes. */
    public boolean named(String pair) {
      return pair.startsWith(name + "=");
    }

    private static String value(String pair) {
      String value = pair.substring(pair.indexOf('=') + 1);
      boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
      return quoted ? value.substring(1, value.length() - 1) : value;
    }
  }
}
