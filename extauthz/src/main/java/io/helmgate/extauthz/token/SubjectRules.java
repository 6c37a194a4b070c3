package io.helmgate.extauthz.token;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The subjects that a provider's tokens may have. */
final class SubjectRules {

  private final List<Pattern> accepted;

  /**
   * Makes the check.
   *
   * @param subjects names, in which a star stands for any text; none means that the check is not
   *     made
   */
  SubjectRules(List<String> subjects) {
    this.accepted = subjects.stream().map(SubjectRules::pattern).toList();
  }

  private static Pattern pattern(String subject) {
    // RE2 takes linear time whatever stars there are.
    return Pattern.compile(
        Arrays.stream(subject.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  boolean accept(String subject) {
    return accepted.isEmpty()
        || accepted.stream().anyMatch(pattern -> pattern.matcher(subject).matches());
  }
}
