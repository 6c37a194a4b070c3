package io.helmgate.sandbox.service;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text with {@code ${name}} where something of this machine belongs. */
public record Template(String text) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([a-z_]+)}");

  /**
   * Returns the text with every placeholder replaced.
   *
   * @throws IllegalArgumentException when a name has no value
   */
  public String fill(Map<String, ?> values) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            match -> {
              Object value = values.get(match.group(1));
              if (value == null) {
                throw new IllegalArgumentException(
                    "template: ${%s} (expected: one of %s)"
                        .formatted(match.group(1), values.keySet()));
              }
              return Matcher.quoteReplacement(value.toString());
            });
  }
}
