package io.helmgate.kit.call;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;

/**
 * An HTTP request with its whole body, as it reached a service.
 *
 * @param method HTTP method, upper case
 * @param path the {@code :path} with its query string, exactly as received
 * @param headers lower-case name to values in order; pseudo headers left out
 * @param body body bytes as received: still framed, still compressed
 */
public record HttpCallRequest(
    String method, String path, Map<String, List<String>> headers, ByteString body) {}
