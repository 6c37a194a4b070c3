package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Reads the JSON body of a request, whatever it may be. */
final class JsonBody {

  private final StrictJson json;
  private final CallLimits limits;

  JsonBody(CallLimits limits, int maxDepth) {
    this.json = new StrictJson(maxDepth, limits.maxValues());
    this.limits = limits;
  }

  /** The body; empty if it has no bytes. */
  Optional<JsonNode> read(HttpCallRequest request) throws RefusedException {
    RequestHeaders headers = new RequestHeaders(request.headers());
    if (request.body().isEmpty()) {
      requireNone(request);
      return Optional.empty();
    }
    headers.requireJson();
    byte[] body =
        headers.isGzip("content-encoding")
            ? Gzip.decompress(request.body().toByteArray(), limits.maxDecompressedBytes())
            : request.body().toByteArray();
    return Optional.of(json.read(body));
  }

  void requireNone(HttpCallRequest request) throws RefusedException {
    RequestHeaders headers = new RequestHeaders(request.headers());
    headers.requireNoCoding();
    // Some clients name a type though they send nothing.
    if (headers.single("content-type").isPresent()) {
      headers.requireJson();
    }
    if (!request.body().isEmpty()) {
      throw RefusedException.malformed("body: not allowed here");
    }
  }
}
