package io.helmgate.deployer.values;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which values are not to be shown, by the names of their keys, and values without them. */
public final class Masks {

  private static final Pattern IGNORED = Pattern.compile("[-_]");

  private final Predicate<String> secret;

  private Masks(Predicate<String> secret) {
    this.secret = secret;
  }

  /**
   * Masks by names.
   *
   * @param names of keys; {@code *} stands for any text, case and {@code -} and {@code _} do not
   *     count
   */
  public static Masks of(List<String> names) {
    String any =
        names.stream()
            .map(Masks::plain)
            .map(name -> name.replace("*", "\\E.*\\Q"))
            .map(name -> "\\Q" + name + "\\E")
            .collect(Collectors.joining("|"));
    return new Masks(
        names.isEmpty() ? _ -> false : Pattern.compile(any, Pattern.DOTALL).asMatchPredicate());
  }

  private static String plain(String name) {
    return IGNORED.matcher(name).replaceAll("").toLowerCase(Locale.ROOT);
  }

  /** Whether what stands under such a key is not to be shown. */
  public boolean isSecret(String key) {
    return secret.test(plain(key));
  }

  /** Values as they may be shown. */
  public Map<String, @Nullable Object> mask(Values values) {
    Places secret = new Places();
    values.secret().forEach(secret::add);
    return Values.mapOf(masked(values.all(), secret, false));
  }

  /** Paths by their steps, so that values are gone through once for all of them. */
  private static final class Places {
    private static final Places NONE = new Places();

    private final Map<ValuePath.Step, Places> next = new HashMap<>();
    private boolean secret;

    void add(ValuePath path) {
      Places at = this;
      for (ValuePath.Step step : path.steps()) {
        at = at.next.computeIfAbsent(step, _ -> new Places());
      }
      at.secret = true;
    }

    Places at(ValuePath.Step step) {
      return next.getOrDefault(step, NONE);
    }
  }

  private @Nullable Object masked(@Nullable Object value, Places places, boolean hidden) {
    boolean hide = hidden || places.secret;
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        map.forEach(
            (key, each) -> {
              String name = String.valueOf(key);
              shown.put(
                  name,
                  masked(each, places.at(new ValuePath.Step.Key(name)), hide || isSecret(name)));
            });
        yield shown;
      }
      case List<?> list -> {
        List<@Nullable Object> shown = new ArrayList<>();
        for (Object each : list) {
          shown.add(masked(each, places.at(new ValuePath.Step.Index(shown.size())), hide));
        }
        yield shown;
      }
      case String _, Number _ when hide -> Values.MASK;
      case null, default -> value;
    };
  }

  /** Texts without what is not to be shown of some values. */
  public UnaryOperator<String> hiding(Values values) {
    return text -> new ObjectMasks(this, values).mask(text);
  }

  /**
   * The texts that are not to be shown where objects are made of values: what came from Secrets,
   * and what stands under masked keys.
   */
  Set<String> texts(Values values) {
    Set<String> texts = new HashSet<>(values.secretTexts());
    named(values.all(), false, texts);
    texts.remove("");
    return texts;
  }

  private void named(@Nullable Object value, boolean hide, Set<String> texts) {
    switch (value) {
      case Map<?, ?> map ->
          map.forEach((name, each) -> named(each, hide || isSecret(String.valueOf(name)), texts));
      case List<?> list -> list.forEach(each -> named(each, hide, texts));
      case String text when hide -> texts.add(text);
      case null, default -> {}
    }
  }
}
