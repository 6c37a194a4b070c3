package io.helmgate.deployer.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValuePathTest {

  @Test
  void readsHelmsSyntax() {
    assertThat(path("a.b[0].c").steps())
        .containsExactly(
            new ValuePath.Step.Key("a"),
            new ValuePath.Step.Key("b"),
            new ValuePath.Step.Index(0),
            new ValuePath.Step.Key("c"));
    assertThat(path("nodeSelector.kubernetes\\.io/role").steps())
        .endsWith(new ValuePath.Step.Key("kubernetes.io/role"));
    assertThat(path("a[1][2]").steps()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a.",
        ".a",
        "a..b",
        "a[",
        "a[x]",
        "a[-1]",
        "a[65537]",
        "[0]a",
        "a\\",
        "a[0]b"
      })
  void refusesWhatIsNoPath(String text) {
    assertThat(ValuePath.parse(text)).isEmpty();
  }

  @Property
  void whatItWritesItReads(@ForAll @Size(min = 1, max = 5) List<@NotEmpty String> keys) {
    ValuePath path = ValuePath.ROOT;
    for (String key : keys) {
      path = path.key(key).index(3);
    }

    assertThat(ValuePath.parse(path.toString())).contains(path);
  }

  @Test
  void setsValuesWhereNothingWasAndFillsLists() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(Map.of("a", Map.of("x", 1)));

    assertThat(path("a.b[2].c").set(values, "007")).isEmpty();

    Map<String, @Nullable Object> inner = new LinkedHashMap<>();
    inner.put("x", 1);
    List<@Nullable Object> list = new java.util.ArrayList<>();
    list.add(null);
    list.add(null);
    list.add(Map.of("c", "007"));
    inner.put("b", list);
    assertThat(values).isEqualTo(Map.of("a", inner));
  }

  @Test
  void tellsWhatStandsInTheWayAndChangesNothing() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(Map.of("a", Map.of("b", 1)));

    assertThat(path("a.b.c").set(values, 2)).contains(path("a.b"));
    assertThat(path("a[0]").set(values, 2)).contains(path("a"));

    assertThat(values).isEqualTo(Map.of("a", Map.of("b", 1)));
  }

  private static ValuePath path(String text) {
    return ValuePath.parse(text).orElseThrow();
  }
}
