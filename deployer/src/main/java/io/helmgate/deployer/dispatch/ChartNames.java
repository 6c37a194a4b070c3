package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.catalog.ChartRef;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resource names of charts and their repositories: {@code repositories/R/charts/C/versions/V}.
 */
final class ChartNames {

  private static final String PART = "[A-Za-z0-9][-A-Za-z0-9_.]*";
  private static final Pattern REPOSITORY = Pattern.compile("repositories/(" + PART + ")");
  private static final Pattern CHART =
      Pattern.compile(REPOSITORY.pattern() + "/charts/(" + PART + ")");
  private static final Pattern VERSION =
      Pattern.compile(CHART.pattern() + "/versions/(latest|v?[0-9][-0-9A-Za-z.+]*)");

  /** All repositories, where a name stands for several (AIP-159). */
  private static final String ALL = "repositories/-";

  /** The newest stable version. */
  private static final String LATEST = "latest";

  private ChartNames() {}

  static String of(String repository) {
    return "repositories/" + repository;
  }

  /**
   * The name of a version.
   *
   * @param chart {@code REPO/NAME}
   */
  static String of(String chart, String version) {
    return "repositories/%s/versions/%s".formatted(chart.replaceFirst("/", "/charts/"), version);
  }

  static String repository(String field, String value, FieldRules rules) {
    return matched(REPOSITORY, field, value, "repositories/REPOSITORY", rules)
        .map(name -> name.group(1))
        .orElse("");
  }

  /** Empty for all. */
  static Optional<String> anyRepository(String field, String value, FieldRules rules) {
    return value.equals(ALL) ? Optional.empty() : Optional.of(repository(field, value, rules));
  }

  static ChartRef chart(String field, String value, FieldRules rules) {
    return matched(CHART, field, value, "repositories/REPOSITORY/charts/CHART", rules)
        .map(name -> new ChartRef(name.group(1), name.group(2), Optional.empty()))
        .orElse(new ChartRef("", "", Optional.empty()));
  }

  static ChartRef version(String field, String value, FieldRules rules) {
    return matched(
            VERSION, field, value, "repositories/REPOSITORY/charts/CHART/versions/VERSION", rules)
        .map(
            name ->
                new ChartRef(
                    name.group(1),
                    name.group(2),
                    Optional.of(name.group(3)).filter(version -> !version.equals(LATEST))))
        .orElse(new ChartRef("", "", Optional.empty()));
  }

  private static Optional<Matcher> matched(
      Pattern form, String field, String value, String expected, FieldRules rules) {
    var name = form.matcher(value);
    if (rules.named(field, value, name.matches(), expected)) {
      return Optional.of(name);
    }
    return Optional.empty();
  }
}
