package io.helmgate.extauthz.check;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.helmgate.extauthz.decision.AuthRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads Envoy's {@code CheckRequest}. */
final class EnvoyRequest {

  /** Key of {@code context_extensions} by which a route chooses its profile. */
  static final String PROFILE_KEY = "helmgate.profile";

  /** Key of {@code context_extensions} by which a route chooses limits of its own. */
  static final String LIMITS_KEY = "helmgate.limits";

  /** Set by Envoy when {@code allow_partial_message} let it cut the body. */
  private static final String PARTIAL = "x-envoy-auth-partial-body";

  private EnvoyRequest() {}

  static AuthRequest read(CheckRequest check) {
    AttributeContext attributes = check.getAttributes();
    HttpRequest http = attributes.getRequest().getHttp();
    Map<String, List<String>> headers = headers(http);
    byte[] body =
        http.getRawBody().isEmpty()
            ? http.getBodyBytes().toByteArray()
            : http.getRawBody().toByteArray();
    String id = headers.getOrDefault("x-request-id", List.of(http.getId())).getFirst();
    return new AuthRequest(
        id,
        Optional.ofNullable(attributes.getContextExtensionsMap().get(PROFILE_KEY)),
        Optional.ofNullable(attributes.getContextExtensionsMap().get(LIMITS_KEY)),
        new AuthRequest.Line(http.getMethod(), http.getScheme(), http.getHost(), http.getPath()),
        headers,
        new AuthRequest.Body(body, truncated(headers, body.length)),
        new AuthRequest.Peer(address(attributes), attributes.getSource().getPrincipal()),
        wanted -> EnvoyAttributes.json(attributes, wanted));
  }

  private static boolean truncated(Map<String, List<String>> headers, int length) {
    boolean partial = headers.getOrDefault(PARTIAL, List.of()).contains("true");
    return partial || announced(headers) > length;
  }

  /** The announced length of the body; 0 when none is announced. */
  private static long announced(Map<String, List<String>> headers) {
    String length = headers.getOrDefault("content-length", List.of("0")).getFirst();
    try {
      return Long.parseLong(length);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Headers from whichever form Envoy sent, without pseudo headers. */
  private static Map<String, List<String>> headers(HttpRequest http) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    http.getHeadersMap().forEach((name, value) -> add(headers, name, value));
    for (HeaderValue header : http.getHeaderMap().getHeadersList()) {
      String value =
          header.getRawValue().isEmpty() ? header.getValue() : text(header.getRawValue());
      add(headers, header.getKey(), value);
    }
    return headers;
  }

  private static void add(Map<String, List<String>> headers, String name, String value) {
    if (!name.startsWith(":")) {
      headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>()).add(value);
    }
  }

  /** Bytes as UTF-8, or as ISO 8859-1 when they are not: no two values become the same text. */
  private static String text(ByteString bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private static String address(AttributeContext attributes) {
    SocketAddress address = attributes.getSource().getAddress().getSocketAddress();
    return address.getAddress().isEmpty()
        ? attributes.getSource().getAddress().getPipe().getPath()
        : address.getAddress() + ':' + address.getPortValue();
  }
}
