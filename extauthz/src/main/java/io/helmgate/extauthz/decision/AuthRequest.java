package io.helmgate.extauthz.decision;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request as Envoy describes it.
 *
 * @param id Envoy's {@code x-request-id}; empty when it has none
 * @param profile the profile that the route asks for
 * @param limits name of the limits that the route asks for instead of its profile's
 * @param line method and target
 * @param headers lower-case name to values in order, pseudo headers left out
 * @param body what Envoy sent of the body
 * @param source address of the client, such as {@code 192.0.2.1:5000}
 * @param attributes Envoy's attribute context in protojson form, written when asked for
 */
public record AuthRequest(
    String id,
    Optional<String> profile,
    Optional<String> limits,
    Line line,
    Map<String, List<String>> headers,
    Body body,
    Peer source,
    Attributes attributes) {

  /** A request by a route that asks for no limits of its own. */
  public AuthRequest(
      String id,
      Optional<String> profile,
      Line line,
      Map<String, List<String>> headers,
      Body body,
      Peer source,
      Attributes attributes) {
    this(id, profile, Optional.empty(), line, headers, body, source, attributes);
  }

  /**
   * Method and target.
   *
   * @param method HTTP method
   * @param scheme {@code http} or {@code https}
   * @param host host with port, as the client sent it
   * @param path path with query string, as received
   */
  public record Line(String method, String scheme, String host, String path) {}

  /**
   * Who connected to Envoy.
   *
   * @param address address with port
   * @param principal identity of the client certificate; empty without one
   */
  public record Peer(String address, String principal) {}

  /**
   * The body as far as Envoy sent it.
   *
   * @param bytes as received: still framed, still compressed
   * @param truncated whether Envoy cut it or held it back
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; copied once, when it arrives.
  public record Body(byte[] bytes, boolean truncated) {}

  /** About how many bytes it keeps in memory. */
  public long weight() {
    long headerBytes = 0;
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      for (String value : header.getValue()) {
        headerBytes += header.getKey().length() + value.length();
      }
    }
    // Envoy's message stays too, for the attributes.
    return 2 * (headerBytes + line.path().length() + body.bytes().length);
  }

  /** The first value of a header. */
  public Optional<String> header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, List.of()).stream().findFirst();
  }

  /**
   * Whether the caller speaks gRPC, by Envoy's rule: {@code application/grpc}, bare or with
   * +suffix.
   */
  public boolean grpc() {
    return header("content-type")
        .filter(type -> type.equals("application/grpc") || type.startsWith("application/grpc+"))
        .isPresent();
  }
}
