package io.helmgate.kit.call;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;

/**
 * Decodes gRPC and binary gRPC-Web requests (PROTOCOL-HTTP2.md, PROTOCOL-WEB.md): the one message
 * of a call, or the first one of a client stream.
 */
final class GrpcRequests {

  private static final int PREFIX = 5;

  private final CallLimits limits;

  GrpcRequests(CallLimits limits) {
    this.limits = limits;
  }

  Decoding.Decoded decode(Rpc rpc, RequestTarget target, HttpCallRequest request)
      throws RefusedException {
    if (!request.method().equals("POST")) {
      throw new RefusedException(
          Refusal.METHOD_NOT_ALLOWED, "method: %s (expected: POST)".formatted(request.method()));
    }
    if (target.query().isPresent()) {
      throw RefusedException.malformed("query: not allowed with gRPC");
    }
    RequestHeaders headers = new RequestHeaders(request.headers());
    Transport transport = transport(headers);
    headers.requireNoCoding();
    ByteString frame = rpc.clientStreaming() ? first(request.body()) : only(request.body());
    ByteString bytes = message(frame, headers.isGzip("grpc-encoding"));
    Message message = StrictProtobuf.parse(rpc.prototype(), bytes, limits.maxValues());
    return new Decoding.Decoded(transport, rpc.call(message));
  }

  private static Transport transport(RequestHeaders headers) throws RefusedException {
    // Compared as a whole: servers take any suffix, and read the body by it.
    String type = headers.single("content-type").orElse("none");
    return switch (type) {
      case "application/grpc", "application/grpc+proto" -> Transport.GRPC;
      case "application/grpc-web", "application/grpc-web+proto" -> Transport.GRPC_WEB;
      default ->
          throw RefusedException.unsupported(
              "content-type: %s (expected: application/grpc or application/grpc-web, [+proto])"
                  .formatted(type));
    };
  }

  private static ByteString only(ByteString body) throws RefusedException {
    ByteString first = first(body);
    if (first.size() < body.size()) {
      throw RefusedException.malformed(
          "body: gRPC message of %d bytes in %d bytes (expected: exactly one message)"
              .formatted(first.size() - PREFIX, body.size() - PREFIX));
    }
    return first;
  }

  private static ByteString first(ByteString body) throws RefusedException {
    if (body.size() < PREFIX) {
      throw RefusedException.malformed("body: no gRPC message (expected: at least one)");
    }
    long length = Integer.toUnsignedLong(body.substring(1, PREFIX).asReadOnlyByteBuffer().getInt());
    if (length > body.size() - PREFIX) {
      throw RefusedException.malformed(
          "body: gRPC message of %d bytes in %d bytes (expected: a whole message)"
              .formatted(length, body.size() - PREFIX));
    }
    return body.substring(0, PREFIX + (int) length);
  }

  private ByteString message(ByteString frame, boolean mayCompress) throws RefusedException {
    ByteString message = frame.substring(PREFIX);
    return switch (frame.byteAt(0)) {
      case 0 -> message;
      case 1 -> {
        if (!mayCompress) {
          throw RefusedException.malformed(
              "body: compressed gRPC message without grpc-encoding: gzip");
        }
        yield UnsafeByteOperations.unsafeWrap(
            Gzip.decompress(message.toByteArray(), limits.maxDecompressedBytes()));
      }
      default ->
          throw RefusedException.malformed(
              "body: gRPC flags %d (expected: 0 or 1)".formatted(frame.byteAt(0) & 0xff));
    };
  }
}
