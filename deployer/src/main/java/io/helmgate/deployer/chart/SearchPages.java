package io.helmgate.deployer.chart;

import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Violation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Orders what was found, and cuts it into pages that stay the same when an index changes. */
final class SearchPages {

  /** A chart and how well it fits, 0 best. */
  record Hit(int rank, IndexedChart chart) {}

  /** What a hit is ordered by, as it stands in page tokens: rank, chart, version. */
  private record Key(int rank, String chart, ChartVersion version, String versionText) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,4}) ([^ ]+) ([^ ]+)");

    private static final Comparator<Key> ORDER =
        Comparator.comparingInt(Key::rank)
            .thenComparing(Key::chart)
            .thenComparing(Key::version, Comparator.reverseOrder())
            .thenComparing(Key::versionText);

    static Key of(Hit hit) {
      return new Key(
          hit.rank(), hit.chart().chart(), hit.chart().version(), hit.chart().metadata().version());
    }

    static Optional<Key> parse(String text) {
      Matcher form = FORM.matcher(text);
      return form.matches()
          ? ChartVersion.parse(form.group(3))
              .map(
                  version ->
                      new Key(
                          Integer.parseInt(form.group(1)), form.group(2), version, form.group(3)))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return rank + " " + chart + " " + versionText;
    }
  }

  private SearchPages() {}

  /** A page of hits; INVALID_ARGUMENT when it shall begin after what is no hit. */
  static Outcome<Page<ChartListing>> page(Stream<Hit> hits, Page.Wanted wanted) {
    Optional<Key> after = wanted.after().flatMap(Key::parse);
    if (wanted.after().isPresent() && after.isEmpty()) {
      String problem = "is no token of these pages";
      return Outcome.invalid(
          "page_token: " + problem, List.of(new Violation("page_token", problem)));
    }
    return Outcome.success(
        Page.of(hits, wanted.size(), after, Key::of, Key.ORDER).map(hit -> hit.chart().listing()));
  }
}
