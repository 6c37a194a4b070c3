package io.helmgate.extauthz.policy.source;

/**
 * One thing that is wrong with a policy.
 *
 * @param file the file as configured, {@code rego_policy} for inline text, empty when the problem
 *     has no place in a file
 * @param line from 1; 0 when there is no place
 * @param column from 1; 0 when there is no place
 * @param message OPA's error code and text, or ours
 */
public record RegoProblem(String file, int line, int column, String message) {

  /** A problem that has no place in a file. */
  public static RegoProblem general(String message) {
    return new RegoProblem("", 0, 0, message);
  }

  @Override
  public String toString() {
    if (file.isEmpty()) {
      return message;
    }
    return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
  }
}
