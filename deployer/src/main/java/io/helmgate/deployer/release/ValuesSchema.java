package io.helmgate.deployer.release;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The schema that a chart has for its values. */
public interface ValuesSchema {

  /**
   * Checks values over the chart's defaults.
   *
   * @return the chart; INVALID_ARGUMENT with each value that breaks a rule; FAILED_PRECONDITION
   *     when the schema leads out of its own document
   */
  Outcome<FetchedChart> check(FetchedChart chart, Map<String, @Nullable Object> values);
}
