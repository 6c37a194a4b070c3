package io.helmgate.extauthz.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.helmgate.extauthz.call.ApiCall;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.token.Authentication;
import io.helmgate.extauthz.token.TokenFailure;
import io.helmgate.extauthz.token.VerifiedToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the input documents of one request: what its calls share is written once. */
public final class PolicyInput {

  private static final JsonFactory JSON = new ObjectMapper().getFactory();

  private final byte[] shared;
  private final JsonNode parsedBody;
  private final boolean grpc;

  private PolicyInput(byte[] shared, JsonNode parsedBody, boolean grpc) {
    this.shared = shared;
    this.parsedBody = parsedBody;
    this.grpc = grpc;
  }

  /** What came of reading a request. */
  public sealed interface Reading {
    /** The request can be put to a policy. */
    record Read(PolicyInput input) implements Reading {}

    /**
     * It cannot.
     *
     * @param message what is wrong, fit for the client
     * @param body whether it is the body; a path that nobody can read is no policy's concern
     */
    record Unreadable(String message, boolean body) implements Reading {}
  }

  /**
   * Begins the documents of a request.
   *
   * @param profile name of the profile
   * @param caller authenticated or anonymous
   * @param decodeError why the body is not read
   */
  public static Reading of(
      AuthRequest request, String profile, Authentication caller, Optional<String> decodeError) {
    Optional<RequestTarget> target = RequestTarget.parse(request.line().path());
    if (target.isEmpty()) {
      return new Reading.Unreadable("path: percent-encoding is broken", false);
    }
    Optional<JsonNode> body =
        decodeError.isPresent() ? Optional.of(NullNode.getInstance()) : ParsedBody.of(request);
    if (body.isEmpty()) {
      return new Reading.Unreadable("body: not of the form that its content-type says", true);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("profile", profile);
      writeCaller(json, caller);
      writeHeaders(json, request.headers());
      writeEnvoy(json, request, target.get());
      if (decodeError.isPresent()) {
        json.writeStringField("decode_error", decodeError.get());
      }
      // The object stays open for what each call adds.
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return new Reading.Read(new PolicyInput(bytes.toByteArray(), body.get(), request.grpc()));
  }

  private static void writeCaller(JsonGenerator json, Authentication caller) throws IOException {
    json.writeFieldName("claims");
    if (caller instanceof Authentication.Authenticated(VerifiedToken token)) {
      json.writeTree(token.claims());
      json.writeObjectFieldStart("jwt");
      json.writeStringField("provider", token.provider());
      json.writeFieldName("header");
      json.writeTree(token.header());
      json.writeFieldName("claims");
      json.writeTree(token.claims());
    } else {
      json.writeStartObject();
      json.writeEndObject();
      json.writeObjectFieldStart("jwt");
      json.writeStringField("reason", TokenFailure.MISSING.text());
    }
    json.writeEndObject();
  }

  private static void writeHeaders(JsonGenerator json, Map<String, List<String>> headers)
      throws IOException {
    json.writeObjectFieldStart("headers");
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      json.writeStringField(header.getKey(), header.getValue().getFirst());
    }
    json.writeEndObject();
    json.writeFieldName("header_values");
    writeLists(json, headers);
  }

  private static void writeEnvoy(JsonGenerator json, AuthRequest request, RequestTarget target)
      throws IOException {
    json.writeFieldName("attributes");
    json.writeRawValue(request.attributes().get());
    json.writeFieldName("parsed_path");
    json.writeStartArray();
    for (String segment : target.segments()) {
      json.writeString(segment);
    }
    json.writeEndArray();
    json.writeFieldName("parsed_query");
    writeLists(json, target.query());
    json.writeBooleanField("truncated_body", request.body().truncated());
    if (!request.source().principal().isEmpty()) {
      json.writeStringField("source_principal", request.source().principal());
    }
    json.writeObjectFieldStart("version");
    json.writeStringField("ext_authz", "v3");
    json.writeStringField("encoding", "protojson");
    json.writeEndObject();
  }

  private static void writeLists(JsonGenerator json, Map<String, List<String>> lists)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, List<String>> list : lists.entrySet()) {
      json.writeArrayFieldStart(list.getKey());
      for (String value : list.getValue()) {
        json.writeString(value);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  /** The document for a request that makes no known call. */
  public byte[] withoutCall() {
    return join("\"parsed_body\":" + parsedBody);
  }

  /** The document for one call of the request. */
  public byte[] withCall(ApiCall call) {
    String method = quoted(call.method());
    String request = call.requestJson();
    // opa-envoy-plugin decodes the message of a gRPC call too.
    String body = grpc ? request : parsedBody.toString();
    return join(
        "\"parsed_body\":"
            + body
            + ",\"method\":"
            + method
            + ",\"request\":"
            + request
            + ",\"call\":{\"service\":"
            + quoted(call.service())
            + ",\"method\":"
            + method
            + ",\"request\":"
            + request
            + ",\"index\":"
            + call.index()
            + ",\"count\":"
            + call.count()
            + '}');
  }

  private byte[] join(String own) {
    byte[] end = (',' + own + '}').getBytes(StandardCharsets.UTF_8);
    byte[] whole = new byte[shared.length + end.length];
    System.arraycopy(shared, 0, whole, 0, shared.length);
    System.arraycopy(end, 0, whole, shared.length, end.length);
    return whole;
  }

  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }
}
