package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.helmgate.kit.call.RandomRequests.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes in is refused, or is a call that policies see as it is. */
class CallDecoderFuzzTest {

  private static final List<String> TYPES =
      List.of("application/grpc", "application/grpc-web+proto", "application/json", "text/plain");
  private static final List<HostileRequests.Row> TABLE = HostileRequests.load();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CallDecoder decoder = new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());

  @Provide
  Arbitrary<Request> requests() {
    return RandomRequests.all();
  }

  @Provide
  Arbitrary<HttpCallRequest> table() {
    return Arbitraries.of(TABLE).map(HostileRequests.Row::request);
  }

  @Property
  void randomBytesAreRefusedOrSound(
      @ForAll byte[] body, @ForAll("table") HttpCallRequest like, @ForAll int type)
      throws InvalidProtocolBufferException {
    Map<String, List<String>> headers = new HashMap<>(like.headers());
    headers.put("content-type", List.of(TYPES.get(Math.floorMod(type, TYPES.size()))));
    assertSound(
        new HttpCallRequest(like.method(), like.path(), headers, ByteString.copyFrom(body)));
  }

  @Property
  void randomPathsAreRefusedOrSound(@ForAll String text, @ForAll("table") HttpCallRequest like)
      throws InvalidProtocolBufferException {
    assertSound(new HttpCallRequest("GET", text, Map.of(), ByteString.EMPTY));
    assertSound(new HttpCallRequest("GET", "/apps/" + text, Map.of(), ByteString.EMPTY));
    assertSound(
        new HttpCallRequest(like.method(), like.path() + text, like.headers(), like.body()));
  }

  @Property
  void mutationsOfTheTableAreRefusedOrSound(
      @ForAll("table") HttpCallRequest request, @ForAll long seed)
      throws InvalidProtocolBufferException {
    assertSound(mutate(request, seed));
  }

  @Property
  void mutationsOfGoodRequestsAreRefusedOrSound(
      @ForAll("requests") Request request, @ForAll long seed) throws IOException {
    assertSound(mutate(CallTransportsTest.grpc(request, false), seed));
    assertSound(mutate(CallTransportsTest.grpc(request, true), seed));
    assertSound(mutate(CallTransportsTest.rest(request), seed));
    assertSound(mutate(CallTransportsTest.graphql(request), seed));
  }

  @Property
  void protobufFramedAfterMutationIsRefusedOrSound(
      @ForAll("requests") Request request, @ForAll long seed) throws IOException {
    byte[] message = mutate(request.message().toByteArray(), random(seed));
    HttpCallRequest like = CallTransportsTest.grpc(request, false);
    assertSound(
        new HttpCallRequest(
            like.method(),
            like.path(),
            like.headers(),
            ByteString.copyFrom(HostileRequests.frame(0, message))));
  }

  @Property
  void duplicateNamesAreAlwaysRefused(@ForAll("requests") Request request, @ForAll int which)
      throws IOException {
    for (HttpCallRequest good :
        List.of(CallTransportsTest.rest(request), CallTransportsTest.graphql(request))) {
      assertThat(decoder.decode(good)).isInstanceOf(Decoding.Decoded.class);
      JsonNode tree = JSON.readTree(good.body().toByteArray());
      if (!tree.isEmpty()) {
        DuplicateWriter writer = new DuplicateWriter(Math.floorMod(which, members(tree)));
        byte[] body = writer.write(tree).getBytes(StandardCharsets.UTF_8);
        assertThat(
                decoder.decode(
                    new HttpCallRequest(
                        good.method(), good.path(), good.headers(), ByteString.copyFrom(body))))
            .isInstanceOf(Decoding.Refused.class);
      }
    }
  }

  private void assertSound(HttpCallRequest request) throws InvalidProtocolBufferException {
    if (decoder.decode(request) instanceof Decoding.Decoded decoded) {
      assertThat(decoded.calls()).isNotEmpty().hasSizeLessThanOrEqualTo(20);
      for (Call call : decoded.calls()) {
        Message.Builder read = call.request().newBuilderForType();
        JsonFormat.parser().merge(CallJson.request(call), read);
        assertThat(read.build()).isEqualTo(call.request());
      }
      assertThat(CallDigest.of(decoded.calls())).hasSize(43);
      assertThat(decoder.decode(request))
          .isInstanceOfSatisfying(
              Decoding.Decoded.class,
              again -> assertThat(again.calls()).isEqualTo(decoded.calls()));
    }
  }

  private static int members(JsonNode node) {
    int members = node.isObject() ? node.size() : 0;
    for (JsonNode child : node) {
      members += members(child);
    }
    return members;
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static HttpCallRequest mutate(HttpCallRequest request, long seed) {
    RandomGenerator random = random(seed);
    if (random.nextInt(4) == 0) {
      byte[] path = mutate(request.path().getBytes(StandardCharsets.ISO_8859_1), random);
      return new HttpCallRequest(
          request.method(),
          new String(path, StandardCharsets.ISO_8859_1),
          request.headers(),
          request.body());
    }
    byte[] body = mutate(request.body().toByteArray(), random);
    return new HttpCallRequest(
        request.method(), request.path(), request.headers(), ByteString.copyFrom(body));
  }

  private static byte[] mutate(byte[] bytes, RandomGenerator random) {
    byte[] mutated = bytes;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      mutated = mutateOnce(mutated, random);
    }
    return mutated;
  }

  private static byte[] mutateOnce(byte[] bytes, RandomGenerator random) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(bytes.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    switch (random.nextInt(5)) {
      case 0 -> out.write(bytes[at] ^ (1 << random.nextInt(8)));
      case 1 -> out.write(random.nextInt());
      case 2 -> out.writeBytes(new byte[] {(byte) random.nextInt(), bytes[at]});
      case 3 -> out.writeBytes(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 8)));
      default -> {}
    }
    out.write(bytes, at + 1, bytes.length - at - 1);
    return out.toByteArray();
  }

  /** Writes JSON with one member written twice. */
  private static final class DuplicateWriter {
    private int countdown;

    DuplicateWriter(int member) {
      this.countdown = member;
    }

    String write(JsonNode node) throws IOException {
      StringBuilder out = new StringBuilder();
      write(node, out);
      return out.toString();
    }

    private void write(JsonNode node, StringBuilder out) throws IOException {
      if (node.isArray()) {
        String separator = "[";
        for (JsonNode element : node) {
          out.append(separator);
          write(element, out);
          separator = ",";
        }
        out.append(node.isEmpty() ? "[]" : "]");
      } else if (node.isObject()) {
        String separator = "{";
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
          boolean twice = countdown-- == 0;
          member(entry, separator, out);
          separator = ",";
          if (twice) {
            member(entry, separator, out);
          }
        }
        out.append(node.isEmpty() ? "{}" : "}");
      } else {
        out.append(JSON.writeValueAsString(node));
      }
    }

    private void member(Map.Entry<String, JsonNode> entry, String separator, StringBuilder out)
        throws IOException {
      out.append(separator).append(JSON.writeValueAsString(entry.getKey())).append(':');
      write(entry.getValue(), out);
    }
  }
}
