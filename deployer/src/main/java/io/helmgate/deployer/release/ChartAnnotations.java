package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The annotations by which a revision tells where it came from. They stand in its Chart.yaml, since
 * Helm loses annotations of the release Secret at the next upgrade.
 */
public final class ChartAnnotations {
  public static final String REQUEST_ID = "helmgate.io/request-id";
  public static final String SOURCE_URL = "helmgate.io/source-url";
  public static final String CHART_DIGEST = "helmgate.io/chart-digest";

  /** Id of the operation that wrote the revision. */
  public static final String OPERATION = "helmgate.io/operation";

  /** Which of its values came from Secrets, as {@link SecretPaths} writes it. */
  public static final String SECRET_VALUES = "helmgate.io/secret-values";

  /** Marks a stand-in chart; the value is the revision that it replays. */
  public static final String REPLAY_OF = "helmgate.io/replay-of";

  private ChartAnnotations() {}

  /** All of them, which are Helmgate's alone to write. */
  public static final Set<String> ALL =
      Set.of(REQUEST_ID, SOURCE_URL, CHART_DIGEST, OPERATION, SECRET_VALUES, REPLAY_OF);

  static Map<String, String> of(DeployRequest request, FetchedChart chart, Values values) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(SOURCE_URL, chart.sourceUrl());
    annotations.put(CHART_DIGEST, chart.digest());
    request.requestId().ifPresent(id -> annotations.put(REQUEST_ID, id));
    if (!values.secret().isEmpty()) {
      annotations.put(SECRET_VALUES, SecretPaths.write(values.secret()));
    }
    return annotations;
  }
}
