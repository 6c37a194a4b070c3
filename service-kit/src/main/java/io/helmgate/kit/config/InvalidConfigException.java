package io.helmgate.kit.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; the message lists every problem, one on a line. */
public final class InvalidConfigException extends Exception {
  private final transient List<Problem> problems;

  InvalidConfigException(List<Problem> problems) {
    super(
        problems.stream()
            .map(problem -> "\n  " + problem)
            .collect(
                Collectors.joining(
                    "",
                    problems.size() == 1
                        ? "1 problem in the configuration:"
                        : problems.size() + " problems in the configuration:",
                    "")));
    this.problems = List.copyOf(problems);
  }

  /** All problems, those of the file first, in order of lines. */
  public List<Problem> problems() {
    return problems;
  }
}
