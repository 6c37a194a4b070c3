package io.helmgate.extauthz.token;

import io.helmgate.extauthz.decision.AuthRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests for tests. */
public final class Requests {

  private Requests() {}

  public static AuthRequest get(String path, Map<String, List<String>> headers) {
    return new AuthRequest(
        "request-1",
        Optional.empty(),
        new AuthRequest.Line("GET", "https", "api.example.com", path),
        headers,
        new AuthRequest.Body(new byte[0], false),
        new AuthRequest.Peer("192.0.2.1:5000", ""),
        () -> "{}");
  }

  public static AuthRequest bearer(String token) {
    return get("/apps", Map.of("authorization", List.of("Bearer " + token)));
  }
}
