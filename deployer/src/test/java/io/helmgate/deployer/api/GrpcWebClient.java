package io.helmgate.deployer.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.helmgate.kit.call.Call;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Binary gRPC-Web, written out. */
record GrpcWebClient(HttpSender http) implements ApiClient {

  private static final int TRAILERS = 0x80;

  @Override
  public Answer call(String rpc, Message request, Function<List<Call>, String> assertion) {
    var headers =
        new LinkedHashMap<>(ApiClient.headers(assertion.apply(ApiClient.calls(rpc, request))));
    headers.put("content-type", "application/grpc-web+proto");
    var reply = http.send("POST", "/helmgate.HelmProxyService/" + rpc, headers, frame(request));
    if (reply.status() != 200) {
      throw new AssertionError(reply.status() + " " + reply.body());
    }
    return read(reply, rpc);
  }

  static byte[] frame(Message request) {
    var bytes = request.toByteArray();
    return ByteBuffer.allocate(5 + bytes.length)
        .put((byte) 0)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static Answer read(HttpReply reply, String rpc) {
    var trailers = new LinkedHashMap<String, String>();
    reply.headers().map().forEach((name, values) -> trailers.put(name, values.getFirst()));
    Optional<Message> response = Optional.empty();
    var frames = ByteBuffer.wrap(reply.bytes());
    while (frames.hasRemaining()) {
      int flags = frames.get() & 0xff;
      var content = new byte[frames.getInt()];
      frames.get(content);
      if ((flags & TRAILERS) == 0) {
        response = Optional.of(parse(rpc, content));
      } else {
        trailers.putAll(trailers(content));
      }
    }
    return trailers.getOrDefault("grpc-status", "none").equals("0")
        ? Answer.ok(response.orElseThrow())
        : GrpcClient.error(status(trailers));
  }

  private static Map<String, String> trailers(byte[] content) {
    var trailers = new LinkedHashMap<String, String>();
    for (var line : new String(content, StandardCharsets.US_ASCII).lines().toList()) {
      int colon = line.indexOf(':');
      trailers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return trailers;
  }

  private static Status status(Map<String, String> trailers) {
    try {
      return Status.parseFrom(
          Base64.getDecoder().decode(trailers.getOrDefault("grpc-status-details-bin", "")));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(trailers.toString(), e);
    }
  }

  private static Message parse(String rpc, byte[] content) {
    return GrpcClient.method(rpc).getResponseMarshaller().parse(new ByteArrayInputStream(content));
  }

  @Override
  public String toString() {
    return "gRPC-Web " + http.version();
  }
}
