package io.helmgate.deployer.values;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes objects as they may be shown: without the data of Secrets, without what came from
 * secret values, and without data and variables of masked names.
 */
public final class ObjectMasks {

  private static final Set<String> SECRET_DATA = Set.of("data", "stringData");
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  /** Shorter values of masked names are too often parts of other texts. */
  private static final int MIN_HIDDEN = 8;

  private static final Set<String> IDENTITY = Set.of("apiVersion", "kind");
  private static final Set<String> NAMES = Set.of("name", "namespace");

  private final Masks masks;
  private final Set<String> texts;
  private final HiddenTexts hidden;

  /**
   * @param values that the objects were made of
   */
  public ObjectMasks(Masks masks, Values values) {
    this.masks = masks;
    this.texts = masks.texts(values);
    Set<String> secret = values.secretTexts();
    this.hidden =
        new HiddenTexts(
            texts.stream()
                .filter(text -> text.length() >= MIN_HIDDEN || secret.contains(text))
                .toList());
  }

  /** The object as it may be shown. */
  public Map<String, @Nullable Object> mask(Map<String, @Nullable Object> object) {
    String kind = String.valueOf(object.get("kind"));
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    object.forEach(
        (field, value) -> {
          if (kind.equals("Secret") && SECRET_DATA.contains(field)) {
            shown.put(field, hidden(value));
          } else if (kind.equals("ConfigMap") && field.equals("data")) {
            shown.put(field, named(value));
          } else {
            shown.put(field, IDENTITY.contains(field) ? value : within(value));
          }
        });
    if (object.get("metadata") instanceof Map<?, ?> metadata) {
      Map<String, @Nullable Object> named = Values.mapOf(shown.get("metadata"));
      NAMES.forEach(name -> named.computeIfPresent(name, (_, _) -> metadata.get(name)));
      shown.put("metadata", named);
    }
    return shown;
  }

  /** A text without secrets that are known to be such. */
  public String mask(String text) {
    return hidden.hide(text);
  }

  private @Nullable Object hidden(@Nullable Object data) {
    Map<String, @Nullable Object> shown = Values.mapOf(data);
    shown.replaceAll((_, value) -> value == null ? null : Values.MASK);
    return shown;
  }

  private @Nullable Object named(@Nullable Object data) {
    Map<String, @Nullable Object> shown = Values.mapOf(data);
    shown.replaceAll((name, value) -> masks.isSecret(name) ? Values.MASK : within(value));
    return shown;
  }

  private @Nullable Object within(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        map.forEach((name, each) -> shown.put(String.valueOf(name), within(each)));
        if (map.get("name") instanceof String name
            && masks.isSecret(name)
            && map.get("value") != null) {
          shown.put("value", Values.MASK);
        }
        if (shown.containsKey(LAST_APPLIED)) {
          shown.put(LAST_APPLIED, Values.MASK);
        }
        yield shown;
      }
      case List<?> list -> {
        List<@Nullable Object> shown = new ArrayList<>();
        list.forEach(each -> shown.add(within(each)));
        yield shown;
      }
      case String text -> texts.contains(text) ? Values.MASK : mask(text);
      case Number number -> texts.contains(number.toString()) ? Values.MASK : number;
      case null, default -> value;
    };
  }
}
