package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URI reference as Go's {@code url.Parse} takes it apart; parts that are not there are empty.
 *
 * @param path decoded
 * @param rawPath as written where that tells more than the decoded path, else the decoded path
 * @param rawQuery as written
 * @param fragment decoded
 */
record Uri(
    String scheme,
    String hostname,
    String port,
    String path,
    String rawPath,
    String rawQuery,
    String fragment) {

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)?:(.*)");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");
  private static final Pattern PORT = Pattern.compile("(?::\\d*)?");
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9._:~!$&'()*+,;=%@-]*");

  static Uri parse(String text) {
    int hash = text.indexOf('#');
    String fragment = hash < 0 ? "" : PercentCoding.FRAGMENT.unescape(text.substring(hash + 1));
    String rest = hash < 0 ? text : text.substring(0, hash);
    if (CONTROL.matcher(rest).find()) {
      throw new BuiltinError("control character in URL");
    }
    if (rest.equals("*")) {
      return new Uri("", "", "", "*", "*", "", fragment);
    }
    String scheme = "";
    Matcher matcher = SCHEME.matcher(rest);
    if (matcher.matches()) {
      if (matcher.group(1) == null) {
        throw new BuiltinError("missing protocol scheme");
      }
      scheme = matcher.group(1).toLowerCase(Locale.ROOT);
      rest = matcher.group(2);
    }
    int question = rest.indexOf('?');
    String query = question < 0 ? "" : rest.substring(question + 1);
    rest = question < 0 ? rest : rest.substring(0, question);
    if (!rest.startsWith("/")) {
      return rootless(scheme, rest, query, fragment);
    }
    String host = "";
    if (rest.startsWith("//") && (!scheme.isEmpty() || !rest.startsWith("///"))) {
      int slash = rest.indexOf('/', 2);
      String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      rest = slash < 0 ? "" : rest.substring(slash);
      host = host(scheme, authority);
    }
    return withPath(scheme, host, rest, query, fragment);
  }

  private static Uri rootless(String scheme, String rest, String query, String fragment) {
    if (!scheme.isEmpty()) {
      return new Uri(scheme, "", "", "", "", query, fragment);
    }
    int slash = rest.indexOf('/');
    if ((slash < 0 ? rest : rest.substring(0, slash)).contains(":")) {
      throw new BuiltinError("first path segment in URL cannot contain colon");
    }
    return withPath("", "", rest, query, fragment);
  }

  private static Uri withPath(
      String scheme, String host, String raw, String query, String fragment) {
    String path = PercentCoding.PATH.unescape(raw);
    String rawPath = PercentCoding.PATH.escape(path).equals(raw) ? path : raw;
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon >= 0 && PORT.matcher(host.substring(colon)).matches();
    String name = hasPort ? host.substring(0, colon) : host;
    String port = hasPort ? host.substring(colon + 1) : "";
    if (name.startsWith("[") && name.endsWith("]")) {
      name = name.substring(1, name.length() - 1);
    }
    return new Uri(scheme, name, port, path, rawPath, query, fragment);
  }

  private static String host(String scheme, String authority) {
    int at = authority.lastIndexOf('@');
    String host = hostAndPort(scheme, authority.substring(at + 1));
    if (at >= 0) {
      String user = authority.substring(0, at);
      if (!USER.matcher(user).matches()) {
        throw new BuiltinError("invalid userinfo");
      }
      PercentCoding.USER.unescape(user);
    }
    return host;
  }

  private static String hostAndPort(String scheme, String text) {
    int open = text.lastIndexOf('[');
    if (open > 0) {
      throw new BuiltinError("invalid IP-literal");
    }
    if (open == 0) {
      return ipLiteral(text);
    }
    int first = text.indexOf(':');
    if (first >= 0) {
      boolean strict = scheme.equals("http") || scheme.equals("https");
      int colon = strict ? first : text.lastIndexOf(':');
      if (!PORT.matcher(text.substring(colon)).matches()) {
        throw new BuiltinError("invalid port after host");
      }
    }
    return PercentCoding.HOST.unescape(text);
  }

  private static String ipLiteral(String text) {
    int close = text.lastIndexOf(']');
    if (close < 0 || !PORT.matcher(text.substring(close + 1)).matches()) {
      throw new BuiltinError("invalid IP-literal");
    }
    String inner = text.substring(1, close);
    int zone = inner.indexOf("%25");
    String address = PercentCoding.HOST.unescape(zone < 0 ? inner : inner.substring(0, zone));
    String scope = zone < 0 ? "" : PercentCoding.FRAGMENT.unescape(inner.substring(zone));
    boolean valid =
        IpNetwork.parseAddress(address).filter(parsed -> parsed.bits() == 128).isPresent()
            && (zone < 0 || scope.length() > 1);
    if (!valid) {
      throw new BuiltinError("invalid IP-literal");
    }
    return "[" + address + scope + "]" + text.substring(close + 1);
  }
}
