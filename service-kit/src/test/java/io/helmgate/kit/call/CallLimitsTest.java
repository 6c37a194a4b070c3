package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.helmgate.proto.AppInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallLimitsTest {

  private static final int MAX_BODY = 1_000;
  private static final int MAX_DECOMPRESSED = 2_000;

  private final CallDecoder decoder =
      new CallDecoder(
          CallSchema.helmgate(), new CallLimits(MAX_BODY, MAX_DECOMPRESSED, 32, 60, 3, 4, 10, 200));

  @ParameterizedTest
  @CsvSource({"1000, false", "1001, true"})
  void bodiesAreBounded(int size, boolean refused) {
    assertThat(isTooLarge(rest(padded(size), Map.of()))).isEqualTo(refused);
  }

  @ParameterizedTest
  @CsvSource({"2000, false", "2001, true", "100000, true"})
  void decompressedRestBodiesAreBounded(int size, boolean refused) throws IOException {
    byte[] body = HostileRequests.gzip(padded(size));
    assertThat(body).hasSizeLessThan(MAX_BODY);
    assertThat(isTooLarge(rest(body, Map.of("content-encoding", List.of("gzip")))))
        .isEqualTo(refused);
  }

  @ParameterizedTest
  @CsvSource({"2000, false", "2001, true", "500000, true"})
  void decompressedGrpcMessagesAreBounded(int size, boolean refused) throws IOException {
    // Field 1, then its length in as many bytes as make the message this long.
    ByteString text = ByteString.copyFromUtf8("x".repeat(size - 4));
    byte[] length = {
      10, (byte) (0x80 | text.size()), (byte) (0x80 | text.size() >> 7), (byte) (text.size() >> 14)
    };
    byte[] message = ByteString.copyFrom(length).concat(text).toByteArray();
    HttpCallRequest request = grpc(1, HostileRequests.gzip(message));
    assertThat(isTooLarge(request)).isEqualTo(refused);
  }

  @ParameterizedTest
  @CsvSource({
    "'{a:__typename b:__typename}', true",
    "'{a:__schema{queryType{name}} b:__schema{queryType{name}} c:__schema{queryType{name}}}', true",
    "'{a:__schema{__typename} b:__schema{__typename} c:__schema{__typename} d:__schema{__typename}}', false",
    "'{__schema{queryType{fields{name}}}}', true",
    "'{__schema{queryType{fields{type{name}}}}}', false",
    "'{a:__typename b:__typename c:__typename d:__typename e:__typename f:__typename g:__typename h:__typename i:__typename j:__typename}', true",
    "'{a:__typename b:__typename c:__typename d:__typename e:__typename f:__typename g:__typename h:__typename i:__typename j:__typename k:__typename}', false",
  })
  void documentsAreBounded(String query, boolean good) {
    HttpCallRequest request =
        new HttpCallRequest(
            "POST",
            "/graphql",
            Map.of("content-type", List.of("application/json")),
            ByteString.copyFromUtf8("{\"query\":\"" + query + "\"}"));
    assertThat(decoder.decode(request) instanceof Decoding.Decoded).isEqualTo(good);
  }

  @ParameterizedTest
  @CsvSource({"52, true", "53, false"})
  void tokensOfABodyAreBounded(int elements, boolean good) {
    // Beside the elements: two objects, an array, two names, and the end of each but the names.
    String body = "{\"values\":{\"a\":[" + "1,".repeat(elements - 1) + "1]}}";
    assertThat(decoder.decode(rest(body.getBytes(StandardCharsets.UTF_8), Map.of())))
        .isInstanceOf(good ? Decoding.Decoded.class : Decoding.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({"19, true", "20, false"})
  void fieldsOfAMessageAreBounded(int entries, boolean good) {
    // Each entry is a field of two fields; the limit is 60 with the namespace.
    AppInput.Builder input = AppInput.newBuilder().setNamespace("a");
    for (int i = 0; i < entries; i++) {
      input.putConfig("k" + i, "");
    }
    assertThat(decoder.decode(grpc(0, input.build().toByteArray())))
        .isInstanceOf(good ? Decoding.Decoded.class : Decoding.Refused.class);
  }

  @Test
  void aRefusalQuotesOnlyABitOfTheRequest() {
    String name = "\\u0007" + "x".repeat(700);
    byte[] body = ("{\"" + name + "\":1}").getBytes(StandardCharsets.UTF_8);
    assertThat(decoder.decode(rest(body, Map.of())))
        .isInstanceOfSatisfying(
            Decoding.Refused.class,
            refused -> assertThat(refused.message()).hasSizeLessThan(100).startsWith("body.?xxx"));
  }

  @Test
  @Timeout(20)
  void manyElementsBelowLongNamesCostNoMoreThanOthers() {
    // Writing out where each element stands would copy 36 GB.
    String names = ("{\"" + "x".repeat(40_000) + "\":").repeat(20);
    String elements = "[1" + ",1".repeat(45_000) + "]";
    String body = "{\"values\":" + names + elements + "}".repeat(21);
    CallDecoder wide = new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());
    assertThat(wide.decode(rest(body.getBytes(StandardCharsets.UTF_8), Map.of())))
        .isInstanceOf(Decoding.Decoded.class);
  }

  private boolean isTooLarge(HttpCallRequest request) {
    return switch (decoder.decode(request)) {
      case Decoding.Refused(Refusal reason, String message) -> {
        assertThat(reason).as(message).isEqualTo(Refusal.TOO_LARGE);
        yield true;
      }
      case Decoding.Decoded ignored -> false;
    };
  }

  private static byte[] padded(int size) {
    return ("{" + " ".repeat(size - 2) + "}").getBytes(StandardCharsets.UTF_8);
  }

  private static HttpCallRequest grpc(int flags, byte[] message) {
    return new HttpCallRequest(
        "POST",
        "/helmgate.HelmProxyService/InstallApp",
        Map.of("content-type", List.of("application/grpc"), "grpc-encoding", List.of("gzip")),
        ByteString.copyFrom(HostileRequests.frame(flags, message)));
  }

  private static HttpCallRequest rest(byte[] body, Map<String, List<String>> more) {
    Map<String, List<String>> headers = new HashMap<>(more);
    headers.put("content-type", List.of("application/json"));
    return new HttpCallRequest("POST", "/apps/team-a", headers, ByteString.copyFrom(body));
  }
}
