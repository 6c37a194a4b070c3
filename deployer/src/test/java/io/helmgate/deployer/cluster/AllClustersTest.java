package io.helmgate.deployer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AllClustersTest {

  private static final Outcome<List<String>> DOWN = Outcome.failure(Reason.UNAVAILABLE, "down");
  private static final Outcome<List<String>> LATE =
      Outcome.failure(Reason.DEADLINE_EXCEEDED, "late");
  private static final Outcome<List<String>> REFUSED =
      Outcome.failure(Reason.PERMISSION_DENIED, "no");

  @Test
  void whatCannotAnswerIsToldOfAndWhatRefusesIsLeftOut() {
    var gathered =
        success(
            asked(
                Map.of("a", found("x", "y"), "b", DOWN, "c", REFUSED, "d", LATE, "e", found("x"))));

    assertThat(gathered.found())
        .containsExactly(new Found<>("a", "x"), new Found<>("a", "y"), new Found<>("e", "x"));
    assertThat(gathered.unreachable()).containsExactly("b", "d");
  }

  @Test
  void nothingAtAllIsNoEmptyList() {
    assertThat(asked(Map.of("a", REFUSED, "b", DOWN)))
        .isEqualTo(Outcome.failure(Reason.UNAVAILABLE, "no cluster can be read from: b"));
    assertThat(asked(Map.of("a", REFUSED, "b", REFUSED))).isEqualTo(REFUSED);
    assertThat(success(asked(Map.of("a", found(), "b", REFUSED))).found()).isEmpty();
  }

  @Test
  void whatIsWrongForAllIsWrong() {
    Outcome<List<String>> invalid = Outcome.failure(Reason.INVALID_ARGUMENT, "bad selector");

    assertThat(asked(Map.of("a", found("x"), "b", invalid))).isEqualTo(invalid);
  }

  @Test
  void pagesHoldEachThingOnceInTheirOrder() {
    var gathered =
        success(
            asked(Map.of("a", found("x", "z"), "b", found("w", "x", "y"), "c", found("x/1", "x"))));

    assertThat(pages(gathered, 2, Comparator.naturalOrder()))
        .containsExactly("w b", "x a", "x b", "x c", "x/1 c", "y b", "z a");
    assertThat(pages(gathered, 3, Comparator.reverseOrder()))
        .containsExactly("z a", "y b", "x/1 c", "x a", "x b", "x c", "w b");
    assertThat(pages(gathered, 7, Comparator.naturalOrder())).hasSize(7);
  }

  @Test
  void whatIsMoreIsAskedOnlyWhereSomethingWasFound() {
    var clusters = new AllClusters<>(Map.of("a", "A", "b", "B", "c", "C"));
    var found = List.of(new Found<>("b", "x"), new Found<>("a", "y"), new Found<>("b", "z"));

    var more =
        success(
            clusters.<String, String>askFor(
                found,
                (cluster, items) ->
                    cluster.equals("A")
                        ? DOWN
                        : Outcome.success(items.stream().map(item -> cluster + item).toList())));

    assertThat(more.found()).containsExactly(new Found<>("b", "Bx"), new Found<>("b", "Bz"));
    assertThat(more.unreachable()).containsExactly("a");
    assertThat(success(clusters.askFor(List.<Found<String>>of(), (_, _) -> DOWN)).found())
        .isEmpty();
  }

  private static List<String> pages(Gathered<String> gathered, int size, Comparator<String> order) {
    List<String> all = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      var page = gathered.page(new Page.Wanted(size, after), Function.identity(), order);
      assertThat(page.items()).hasSizeLessThanOrEqualTo(size);
      page.items().forEach(each -> all.add(each.item() + " " + each.cluster()));
      after = page.next();
    } while (after.isPresent());
    return all;
  }

  private static Outcome<Gathered<String>> asked(Map<String, Outcome<List<String>>> answers) {
    return new AllClusters<>(answers).ask(Function.identity());
  }

  private static Outcome<List<String>> found(String... items) {
    return Outcome.success(List.of(items));
  }

  private static <T> T success(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Success.class);
    return ((Outcome.Success<T>) outcome).value();
  }
}
