package io.helmgate.deployer.release;

import java.util.LinkedHashMap;
import java.util.Map;

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

  /** Marks a stand-in chart; the value is the revision that it replays. */
  public static final String REPLAY_OF = "helmgate.io/replay-of";

  private ChartAnnotations() {}

  static Map<String, String> of(DeployRequest request, FetchedChart chart) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(SOURCE_URL, chart.sourceUrl());
    annotations.put(CHART_DIGEST, chart.digest());
    request.requestId().ifPresent(id -> annotations.put(REQUEST_ID, id));
    return annotations;
  }
}
