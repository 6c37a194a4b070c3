package io.helmgate.kit.call;

import com.google.protobuf.Empty;
import java.util.List;

/** Decodes requests for the description of the REST routes. */
final class OpenapiRequests {

  static final String PATH = "/openapi.json";

  private static final String METHOD = "GET";

  private final JsonBody json;

  OpenapiRequests(JsonBody json) {
    this.json = json;
  }

  Decoding.Decoded decode(RequestTarget target, HttpCallRequest request) throws RefusedException {
    if (!request.method().equals(METHOD)) {
      throw new RefusedException(
          Refusal.METHOD_NOT_ALLOWED,
          "method: %s is not allowed here (expected: %s)".formatted(request.method(), METHOD));
    }
    if (target.query().isPresent()) {
      throw RefusedException.malformed("query string: not allowed here");
    }
    json.requireNone(request);
    return new Decoding.Decoded(
        Transport.REST,
        List.of(new Call("openapi", Call.DESCRIBE, Empty.getDefaultInstance(), "", 0, 1)));
  }
}
