package io.helmgate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;

/** What the services' logs tell of calls. */
final class ServiceLogs {

  private ServiceLogs() {}

  /** The deployer's records of calls that it executed, each with its {@code decision_id}. */
  static Stream<JsonNode> executed(String deployerLog) {
    return lines(deployerLog)
        .filter(line -> line.path("logger").asText().equals("io.helmgate.audit"))
        // Records of how operations end have none.
        .filter(line -> line.has("transport"));
  }

  /** The decisions by which a policy allowed a call. */
  static Stream<JsonNode> allowed(String extauthzLog) {
    return lines(extauthzLog).filter(line -> line.path("result").asBoolean());
  }

  private static Stream<JsonNode> lines(String log) {
    return log.lines()
        .filter(line -> line.startsWith("{") && line.endsWith("}"))
        .map(Values::parse);
  }
}
