package io.helmgate.deployer.release;

import io.helmgate.deployer.values.ValuesRequest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values that stand in the cluster. */
public interface ValuesSource {

  /**
   * The text that a source holds, read as the caller.
   *
   * @return empty when it is missing; PERMISSION_DENIED when the caller may not read it
   */
  Outcome<Optional<String>> text(Caller caller, String namespace, ValuesRequest.Source source);

  /** The values that a text is; empty when it is no YAML mapping. */
  Optional<Map<String, @Nullable Object>> parse(String text);
}
