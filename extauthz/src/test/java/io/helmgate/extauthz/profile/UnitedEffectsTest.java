package io.helmgate.extauthz.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UnitedEffectsTest {

  private final UnitedEffects united = new UnitedEffects();

  @Test
  void differentNamesAreUnited() {
    assertThat(united.add(FakePolicy.headers(Map.of("x-a", List.of("1"))))).isEmpty();
    assertThat(
            united.add(
                FakePolicy.effects(Map.of("x-b", List.of("2")), List.of("X-C"), Map.of("m", 1))))
        .isEmpty();

    assertThat(united.headers()).containsOnlyKeys("x-a", "x-b");
    assertThat(united.headersToRemove()).containsExactly("x-c");
    assertThat(united.metadata()).isEqualTo(Map.of("m", 1));
  }

  @Test
  void equalValuesAreNoConflict() {
    united.add(FakePolicy.headers(Map.of("x-a", List.of("1"))));

    assertThat(united.add(FakePolicy.headers(Map.of("X-A", List.of("1"))))).isEmpty();
  }

  @Test
  void twoValuesForOneNameConflict() {
    united.add(FakePolicy.headers(Map.of("x-a", List.of("1"))));

    assertThat(united.add(FakePolicy.headers(Map.of("X-A", List.of("2"))))).containsExactly("x-a");
  }

  @Test
  void settingAndRemovingOneNameConflict() {
    united.add(FakePolicy.headers(Map.of("x-a", List.of("1"))));

    assertThat(united.add(FakePolicy.effects(Map.of(), List.of("x-a"), Map.of())))
        .containsExactly("x-a");
  }

  @Test
  void differentMetadataConflict() {
    united.add(FakePolicy.effects(Map.of(), List.of(), Map.of("m", 1)));

    assertThat(united.add(FakePolicy.effects(Map.of(), List.of(), Map.of("m", 2))))
        .containsExactly("m");
  }
}
