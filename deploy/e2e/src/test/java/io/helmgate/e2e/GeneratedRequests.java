package io.helmgate.e2e;

import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.Message;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.HistoryFilter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * Makes requests of both APIs on all transports: some good, most of them spoilt in a way that
 * parsers may disagree about. Whatever they name, they install no release: their chart does not
 * exist.
 */
final class GeneratedRequests {

  private static final List<String> NAMESPACES = List.of("team-a", "team-b", "kube-system");
  private static final List<String> CONTENT_TYPES =
      List.of(
          "application/json",
          "application/json; charset=utf-16",
          "application/JSON",
          "application/grpc",
          "application/grpc+json",
          "application/grpc-web",
          "application/grpc-web+json",
          "application/grpc-web-text",
          "application/graphql",
          "text/plain",
          "");
  private static final int PREFIX = 5;
  private static final byte[] TRAILER = {(byte) 0x80, 0, 0, 0, 0};

  private final Random random;
  private final GeneratedV1Requests v1;

  GeneratedRequests(long seed) {
    this.random = new Random(seed);
    this.v1 = new GeneratedV1Requests(random, this::namespace);
  }

  /** A request as bytes of HTTP/1.1. */
  @SuppressWarnings("ArrayRecordComponent") // Sent once, never compared.
  record Request(String method, String target, Map<String, String> headers, byte[] body) {

    /** The message, if all of this is what a client of gRPC sends. */
    Optional<byte[]> grpcMessage() {
      boolean grpc =
          method.equals("POST")
              && headers.equals(Map.of("content-type", "application/grpc"))
              && !target.contains("?")
              && body.length >= PREFIX
              && Arrays.equals(frame(Arrays.copyOfRange(body, PREFIX, body.length)), body);
      return grpc ? Optional.of(Arrays.copyOfRange(body, PREFIX, body.length)) : Optional.empty();
    }

    @Override
    public String toString() {
      return "%s %s %s %s"
          .formatted(method, target, headers, new String(body, StandardCharsets.ISO_8859_1));
    }
  }

  Request next() {
    var request =
        switch (random.nextInt(6)) {
          case 0 -> rest();
          case 1 -> graphql();
          case 2 -> grpc("application/grpc");
          case 3 -> grpc("application/grpc-web+proto");
          default -> v1.next();
        };
    return random.nextInt(3) == 0 ? request : spoilt(request);
  }

  private Request rest() {
    var app = "/apps/" + namespace() + "/web" + random.nextInt(3);
    return switch (random.nextInt(5)) {
      case 0 -> request("GET", "/apps/" + namespace() + "?limit=3", "", new byte[0]);
      case 1 -> request("GET", app, "", new byte[0]);
      case 2 -> request("GET", app + "/history?limit=2", "", new byte[0]);
      case 3 -> request("DELETE", app, "", new byte[0]);
      default -> {
        var namespace = namespace();
        yield request("POST", "/apps/" + namespace, "application/json", utf8(input(namespace)));
      }
    };
  }

  private static String input(String namespace) {
    return "{\"namespace\":\"%s\",\"chart\":\"sandbox/none\",\"app_name\":\"web\",\"values\":{\"a\":[1,\"y\"]}}"
        .formatted(namespace);
  }

  private Request graphql() {
    var fields = new StringBuilder();
    var variables = new StringBuilder();
    for (int i = 0; i <= random.nextInt(3); i++) {
      switch (random.nextInt(4)) {
        case 0 ->
            fields.append(
                "f%d: searchApps(input: {namespace: \"%s\"}) { name }\n".formatted(i, namespace()));
        case 1 ->
            fields.append(
                "f%d: getApp(input: {namespace: \"%s\", name: \"web\"}) { ...app }\n"
                    .formatted(i, namespace()));
        case 2 ->
            fields.append(
                "f%d: getApp(input: {namespace: $n, name: \"web\"}) @include(if: %s) { name }\n"
                    .formatted(i, random.nextBoolean()));
        default ->
            fields.append(
                "... on Query { g%d: searchCharts(input: {term: \"x\"}) { name } }\n".formatted(i));
      }
    }
    variables.append("{\"n\":\"").append(namespace()).append("\"}");
    var document =
        "query q($n: String = \"%s\") { %s }%s"
            .formatted(
                namespace(),
                fields,
                fields.indexOf("...app") < 0 ? "" : " fragment app on App { name }");
    var body = "{\"query\":%s,\"variables\":%s}".formatted(TextNode.valueOf(document), variables);
    return request("POST", "/graphql", "application/json", utf8(body));
  }

  private Request grpc(String contentType) {
    var ref = AppRef.newBuilder().setNamespace(namespace()).setName("web").build();
    return switch (random.nextInt(5)) {
      case 0 -> grpc(contentType, "GetApp", ref);
      case 1 -> grpc(contentType, "UninstallApp", ref);
      case 2 ->
          grpc(
              contentType,
              "GetHistory",
              HistoryFilter.newBuilder().setRef(ref).setLimit(2).build());
      case 3 ->
          grpc(contentType, "SearchApps", AppFilter.newBuilder().setNamespace(namespace()).build());
      default ->
          grpc(
              contentType,
              "InstallApp",
              AppInput.newBuilder()
                  .setNamespace(namespace())
                  .setChart("sandbox/none")
                  .setAppName("web")
                  .setValues(Values.of("{'a': {'b': [1, 2]}}"))
                  .build());
    };
  }

  private static Request grpc(String contentType, String rpc, Message message) {
    return request(
        "POST", "/helmgate.HelmProxyService/" + rpc, contentType, frame(message.toByteArray()));
  }

  private Request spoilt(Request request) {
    return switch (random.nextInt(9)) {
      case 0 -> body(request, this::flip);
      case 1 -> body(request, this::repeat);
      case 2 -> body(request, bytes -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      case 3 -> body(request, bytes -> join(bytes, random.nextBoolean() ? bytes : TRAILER));
      case 4 -> body(request, bytes -> swap(bytes, namespace()));
      case 5 ->
          header(request, "content-type", CONTENT_TYPES.get(random.nextInt(CONTENT_TYPES.size())));
      case 6 ->
          header(
              random.nextBoolean() ? body(request, Gzip::of) : request, "content-encoding", "gzip");
      case 7 ->
          target(
              request,
              request.target()
                  + (request.target().contains("?") ? "&" : "?")
                  + "namespace="
                  + namespace());
      default -> target(request, swap(request.target(), namespace()));
    };
  }

  private byte[] flip(byte[] bytes) {
    var flipped = bytes.clone();
    for (int i = random.nextInt(3); i >= 0 && flipped.length > 0; i--) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  /** Says a part twice: members of JSON, fields of protobuf. */
  private byte[] repeat(byte[] bytes) {
    if (bytes.length < 2) {
      return bytes;
    }
    int from = random.nextInt(bytes.length - 1);
    int to = from + 1 + random.nextInt(bytes.length - from - 1);
    return join(
        join(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, from, to)),
        Arrays.copyOfRange(bytes, to, bytes.length));
  }

  /** Another namespace at the first place that names one. */
  private static byte[] swap(byte[] bytes, String namespace) {
    return swap(new String(bytes, StandardCharsets.ISO_8859_1), namespace)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String swap(String text, String namespace) {
    return text.replaceFirst("team-a|team-b", namespace);
  }

  private String namespace() {
    // The caller may act in the first one, so that many requests get through.
    return random.nextInt(3) > 0 ? NAMESPACES.getFirst() : NAMESPACES.get(random.nextInt(3));
  }

  private static Request request(String method, String target, String contentType, byte[] body) {
    var headers = new LinkedHashMap<String, String>();
    if (!contentType.isEmpty()) {
      headers.put("content-type", contentType);
    }
    return new Request(method, target, headers, body);
  }

  private static Request body(Request request, Function<byte[], byte[]> change) {
    return new Request(
        request.method(), request.target(), request.headers(), change.apply(request.body()));
  }

  private static Request target(Request request, String target) {
    return new Request(request.method(), target, request.headers(), request.body());
  }

  private static Request header(Request request, String name, String value) {
    var headers = new LinkedHashMap<>(request.headers());
    headers.put(name, value);
    return new Request(request.method(), request.target(), headers, request.body());
  }

  static byte[] frame(byte[] message) {
    return ByteBuffer.allocate(PREFIX + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  private static byte[] join(byte[] first, byte[] second) {
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
