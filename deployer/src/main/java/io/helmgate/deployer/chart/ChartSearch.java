package io.helmgate.deployer.chart;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Violation;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * How well charts fit a search.
 *
 * @see #of
 */
@FunctionalInterface
interface ChartSearch {

  /** From this length on, a word's letters may be spread over a name. */
  int SPREAD = 3;

  /** 0 is best; empty: it does not fit. */
  OptionalInt rank(IndexedChart chart);

  /**
   * Reads a search.
   *
   * @param field where it stands in the request, for messages
   * @param search words, each of which must fit, or an RE2 regular expression
   */
  static Outcome<ChartSearch> of(String field, String search, boolean regex) {
    return regex ? expression(field, search) : Outcome.success(words(search));
  }

  private static Outcome<ChartSearch> expression(String field, String search) {
    try {
      Pattern pattern = Pattern.compile(search, Pattern.MULTILINE);
      return Outcome.success(
          chart -> pattern.matcher(chart.text()).find() ? OptionalInt.of(0) : OptionalInt.empty());
    } catch (PatternSyntaxException e) {
      String problem = e.getDescription() + " (expected: an RE2 regular expression)";
      return Outcome.invalid(field + ": " + problem, List.of(new Violation(field, problem)));
    }
  }

  private static ChartSearch words(String search) {
    List<String> words =
        Stream.of(search.toLowerCase(Locale.ROOT).split("\\s+"))
            .filter(word -> !word.isEmpty())
            .toList();
    return chart -> {
      int sum = 0;
      for (String word : words) {
        OptionalInt rank = rank(chart, word);
        if (rank.isEmpty()) {
          return rank;
        }
        sum += rank.getAsInt();
      }
      return OptionalInt.of(sum);
    };
  }

  private static OptionalInt rank(IndexedChart chart, String word) {
    String name = chart.foldedName();
    String own = name.substring(name.indexOf('/') + 1);
    if (own.equals(word) || name.equals(word)) {
      return OptionalInt.of(0);
    }
    if (own.startsWith(word)) {
      return OptionalInt.of(1);
    }
    if (name.contains(word)) {
      return OptionalInt.of(2);
    }
    if (chart.foldedText().contains(word)) {
      return OptionalInt.of(3);
    }
    return word.length() >= SPREAD && spread(own, word) ? OptionalInt.of(4) : OptionalInt.empty();
  }

  /** Whether a text has the letters of a word in their order. */
  private static boolean spread(String text, String word) {
    int at = 0;
    for (int i = 0; i < text.length() && at < word.length(); i++) {
      if (text.charAt(i) == word.charAt(at)) {
        at++;
      }
    }
    return at == word.length();
  }
}
