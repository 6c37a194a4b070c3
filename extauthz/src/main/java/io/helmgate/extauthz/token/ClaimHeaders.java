package io.helmgate.extauthz.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The headers that tell the upstream a provider's claims. */
final class ClaimHeaders {

  /** What came of reading the claims. */
  sealed interface Reading {
    /** By name of the header; those without a claim are left out. */
    record Read(Map<String, List<String>> headers) implements Reading {}

    /** A claim cannot be a header. */
    record Refused(String problem) implements Reading {}
  }

  private ClaimHeaders() {}

  static Reading read(List<ClaimHeader> rules, ObjectNode claims) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (ClaimHeader rule : rules) {
      switch (rule.read(claims)) {
        case ClaimHeader.Reading.Refused(String problem) -> {
          return new Reading.Refused(problem);
        }
        case ClaimHeader.Reading.Values(List<String> values) -> {
          if (!values.isEmpty()) {
            headers.put(rule.header(), values);
          }
        }
      }
    }
    return new Reading.Read(Map.copyOf(headers));
  }
}
