package io.helmgate.extauthz.token;

import io.helmgate.extauthz.decision.AuthRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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
        wanted -> "{}");
  }

  /** A gRPC call of one message, by the profile "default". */
  public static AuthRequest grpc(String path, byte[] message, Map<String, List<String>> more) {
    byte[] framed = new byte[message.length + 5];
    ByteBuffer.wrap(framed).put((byte) 0).putInt(message.length).put(message);
    Map<String, List<String>> headers = new HashMap<>(more);
    headers.put("content-type", List.of("application/grpc"));
    return new AuthRequest(
        "request-1",
        Optional.empty(),
        new AuthRequest.Line("POST", "https", "api.example.com", path),
        headers,
        new AuthRequest.Body(framed, false),
        new AuthRequest.Peer("192.0.2.1:5000", ""),
        wanted -> "{}");
  }

  public static AuthRequest post(
      String path, String type, String body, Map<String, List<String>> more) {
    Map<String, List<String>> headers = new HashMap<>(more);
    headers.put("content-type", List.of(type));
    return new AuthRequest(
        "request-1",
        Optional.empty(),
        new AuthRequest.Line("POST", "https", "api.example.com", path),
        headers,
        new AuthRequest.Body(body.getBytes(StandardCharsets.UTF_8), false),
        new AuthRequest.Peer("192.0.2.1:5000", ""),
        wanted -> "{}");
  }

  /** The same request of which not the whole body arrived. */
  public static AuthRequest cut(AuthRequest whole) {
    return new AuthRequest(
        whole.id(),
        whole.profile(),
        whole.line(),
        whole.headers(),
        new AuthRequest.Body(whole.body().bytes(), true),
        whole.source(),
        whole.attributes());
  }

  public static AuthRequest bearer(String token) {
    return get("/apps", Map.of("authorization", List.of("Bearer " + token)));
  }
}
