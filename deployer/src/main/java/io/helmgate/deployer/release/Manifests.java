package io.helmgate.deployer.release;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rendered objects as texts and as JSON values. */
public interface Manifests {

  /** The objects of a manifest, those of lists one by one; empty when it cannot be read. */
  Optional<List<Map<String, @Nullable Object>>> parse(String manifest);

  /** An object, or values, as YAML: by the order of names, without comments. */
  String write(Map<String, @Nullable Object> object);

  /** The same for machines: each text is in quotes, so that no reader takes it for another type. */
  String writeQuoted(Map<String, @Nullable Object> object);
}
