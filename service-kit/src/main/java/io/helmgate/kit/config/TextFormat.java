package io.helmgate.kit.config;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The forms of text that a schema may ask for by {@code format}. Empty text passes all of them, so
 * that it can mean "none"; a schema adds {@code minLength: 1} where it must not.
 *
 * @param getName what stands in the schema
 * @param words the form in plain words
 * @param test whether a text that is not empty has the form
 */
record TextFormat(String getName, String words, Predicate<String> test) implements Format {
  private static final Pattern HOST_PORT_FORM =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");

  static final List<TextFormat> ALL =
      List.of(
          new TextFormat(
              "time-span", "a duration such as 30s, 1500ms, 5m or 1h", TimeSpan::isValid),
          new TextFormat("byte-size", "a size such as 512B, 64KiB or 1MiB", TextFormat::isByteSize),
          new TextFormat(
              "http-url", "a URL that begins with https:// or http://", TextFormat::isHttpUrl),
          new TextFormat(
              "repository-url",
              "a URL that begins with https://, http:// or oci://",
              TextFormat::isRepositoryUrl),
          new TextFormat(
              "host-port",
              "a host and a port such as 127.0.0.1:9191 or [::1]:9191",
              TextFormat::isHostPort),
          new TextFormat(
              "log-levels",
              "levels such as info or info,io.helmgate=debug, out of off, error, warn, info, debug,"
                  + " trace",
              Pattern.compile(levels()).asMatchPredicate()));

  static Optional<TextFormat> named(String name) {
    return ALL.stream().filter(format -> format.getName.equals(name)).findFirst();
  }

  @Override
  public boolean matches(ExecutionContext context, String value) {
    return value.isEmpty() || test.test(value);
  }

  private static String levels() {
    String level = "(?i:off|error|warn|info|debug|trace)";
    String part = "([A-Za-z_$][A-Za-z0-9_$.]*=)?" + level;
    return part + "(," + part + ")*";
  }

  private static boolean isByteSize(String text) {
    try {
      return ByteSize.parse(text).bytes() >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isHttpUrl(String text) {
    return isUrl(text, Set.of("https", "http"));
  }

  private static boolean isRepositoryUrl(String text) {
    return isUrl(text, Set.of("https", "http", "oci"));
  }

  private static boolean isUrl(String text, Set<String> schemes) {
    try {
      URI uri = new URI(text);
      return uri.getHost() != null && uri.getScheme() != null && schemes.contains(uri.getScheme());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isHostPort(String text) {
    var form = HOST_PORT_FORM.matcher(text);
    return form.matches() && Integer.parseInt(form.group(2)) <= 65_535;
  }
}
