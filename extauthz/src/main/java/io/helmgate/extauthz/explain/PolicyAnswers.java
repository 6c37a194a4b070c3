package io.helmgate.extauthz.explain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;

/** What the policies of profiles say in detail. */
public interface PolicyAnswers {

  /** The value of the query; missing when undefined, text when there is none for a fault. */
  JsonNode result(String profile, byte[] inputJson) throws IOException;

  /** Every step of the evaluation, where the engine can tell. */
  Optional<String> trace(String profile, byte[] inputJson) throws IOException, InterruptedException;
}
