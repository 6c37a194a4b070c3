package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class IndexFileTest {
  private static final String INDEX =
      """
      apiVersion: v1
      generated: "2026-11-22T10:00:00Z"
      entries:
        web:
          - {version: 1.0.0, urls: [a], digest: "SHA256:%s"}
          - {version: not one}
          - {name: web}
        "../etc": [{version: 1.0.0}]
        odd: {version: 1.0.0}
        none: []
      more: [1, {a: b}]
      """
          .formatted("A".repeat(64));

  @Test
  void takesWhatCanBeNamedAndLeavesOutTheRest() throws BadChartException {
    RepositoryIndex index = parse(INDEX, 10);

    assertThat(index.charts()).containsOnlyKeys("web");
    assertThat(index.charts().get("web"))
        .extracting(IndexedChart::sha256)
        .containsExactly("a".repeat(64));
  }

  @Test
  void hasALimitOfVersions() throws BadChartException {
    StringBuilder yaml = new StringBuilder("entries:\n  web:\n");
    for (int i = 0; i < 11; i++) {
      yaml.append("    - {version: 1.0.").append(i).append("}\n");
    }

    assertThat(parse(yaml.toString(), 11).versionCount()).isEqualTo(11);
    assertThatThrownBy(() -> parse(yaml.toString(), 10))
        .isInstanceOf(BadChartException.class)
        .hasMessage("its index lists more than 10 versions");
  }

  @Test
  void isNotMultipliedByAnchors() throws BadChartException {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    yaml.append("entries:\n  web:\n    - {version: 1.0.0, keywords: *a59}\n");

    assertThat(
            parse(yaml.toString(), 10)
                .find("web", Optional.empty())
                .orElseThrow()
                .metadata()
                .keywords())
        .isEmpty();
  }

  @Test
  void isNotDeep() {
    String deep = "entries: " + "[".repeat(10_000);

    assertThatThrownBy(() -> parse(deep, 10))
        .isInstanceOf(BadChartException.class)
        .hasMessage("its index is no YAML");
  }

  /** Whatever the bytes, only the exception that the repository expects. */
  @Property(tries = 300)
  void failsOrderlyOnDamagedIndexes(@ForAll long seed) {
    byte[] bytes = INDEX.getBytes(StandardCharsets.UTF_8);
    Random random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    try {
      assertThat(IndexFile.parse("test", bytes, 10)).isNotNull();
    } catch (BadChartException e) {
      assertThat(e).hasMessageStartingWith("its index");
    }
  }

  @Test
  void pagesShowEachOfTenThousandVersionsOnce() throws BadChartException {
    StringBuilder yaml = new StringBuilder("entries:\n");
    for (int chart = 0; chart < 100; chart++) {
      yaml.append("  chart-").append(chart).append(":\n");
      for (int version = 0; version < 100; version++) {
        yaml.append("    - {version: 1.%d.0, description: Chart %d}\n".formatted(version, chart));
      }
    }
    RepositoryIndex index = parse(yaml.toString(), 10_000);
    TreeSet<String> seen = new TreeSet<>();
    Optional<String> after = Optional.empty();
    int pages = 0;
    do {
      Outcome<Page<ChartListing>> outcome =
          SearchPages.page(
              index.charts().values().stream()
                  .flatMap(List::stream)
                  .map(chart -> new SearchPages.Hit(0, chart)),
              new Page.Wanted(500, after));
      assertThat(outcome).isInstanceOf(Outcome.Success.class);
      Page<ChartListing> page = ((Outcome.Success<Page<ChartListing>>) outcome).value();
      page.items()
          .forEach(
              listing ->
                  assertThat(seen.add(listing.metadata().name() + listing.metadata().version()))
                      .isTrue());
      after = page.next();
      pages++;
    } while (after.isPresent());

    assertThat(seen).hasSize(10_000);
    assertThat(pages).isEqualTo(20);
  }

  private static RepositoryIndex parse(String yaml, int max) throws BadChartException {
    return IndexFile.parse("test", yaml.getBytes(StandardCharsets.UTF_8), max);
  }
}
