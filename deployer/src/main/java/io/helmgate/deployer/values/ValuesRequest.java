package io.helmgate.deployer.values;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about values: layers, then sources, then single ones, each over those before.
 */
public record ValuesRequest(
    List<Map<String, @Nullable Object>> layers, List<Source> sources, List<Single> singles) {

  public ValuesRequest {
    layers = List.copyOf(layers);
    sources = List.copyOf(sources);
    singles = List.copyOf(singles);
  }

  public static ValuesRequest of(Map<String, @Nullable Object> values) {
    return new ValuesRequest(List.of(values), List.of(), List.of());
  }

  /** Where values stand in the cluster. */
  public enum Kind {
    SECRET,
    CONFIG_MAP
  }

  /**
   * Values in the namespace of the release.
   *
   * @param target the place that the text becomes the value of; empty: the text is a YAML mapping
   * @param optional whether it may be missing
   */
  public record Source(
      Kind kind, String name, String key, Optional<ValuePath> target, boolean optional) {}

  /** One value, and its place. */
  public record Single(ValuePath path, @Nullable Object value) {
    /** Shows no value. */
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** Equal for equal requests; the order of names does not count. */
  public String canonical() {
    return Canonical.list(
        Canonical.of(layers),
        sources.toString(),
        Canonical.of(
            singles.stream()
                .map(each -> Canonical.list(each.path().toString(), Canonical.of(each.value())))
                .toList()));
  }

  /** {@code sha256:} and the digest of the canonical text, by which equal requests are known. */
  public String digest() {
    return "sha256:" + Canonical.digest(canonical());
  }

  /** Shows no values. */
  @Override
  public String toString() {
    return "ValuesRequest[" + layers.size() + " layers, " + sources + ", " + singles + "]";
  }
}
