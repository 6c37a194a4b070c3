package io.helmgate.kit.config;

/**
 * One thing that is wrong in the configuration.
 *
 * @param origin {@code helmgate.yaml:3} or the name of the environment variable
 * @param key path of the key ({@code repos[0].url}); empty when the problem is the file as a whole
 * @param value what was found, quoted, or masked for a secret
 * @param remark what was expected instead, or what to do
 */
public record Problem(String origin, String key, String value, String remark) {

  /** One line: where, which key, what was found, what was expected. */
  @Override
  public String toString() {
    return origin + ": " + (key.isEmpty() ? "" : key + ": ") + value + " (" + remark + ")";
  }
}
