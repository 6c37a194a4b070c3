package io.helmgate.e2e.client;

import java.util.Locale;

/**
 * What came back for bytes of HTTP/1.1.
 *
 * @param status 0 when the connection was closed without an answer
 * @param text head and body as they came
 */
public record RawReply(int status, String text) {

  /** The first value of a header, or an empty string. */
  public String header(String name) {
    return text.lines()
        .takeWhile(line -> !line.isEmpty())
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }
}
