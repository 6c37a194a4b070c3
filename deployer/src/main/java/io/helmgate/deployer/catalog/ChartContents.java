package io.helmgate.deployer.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a chart's archive holds for people. What it does not hold is empty.
 *
 * @param valuesYaml its values.yaml as it stands
 * @param values the same, read
 * @param valuesSchema its values.schema.json
 */
public record ChartContents(
    String readme,
    String valuesYaml,
    Map<String, @Nullable Object> values,
    Optional<Map<String, @Nullable Object>> valuesSchema) {
  public ChartContents {
    // Values may be null, which Map.copyOf refuses.
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
