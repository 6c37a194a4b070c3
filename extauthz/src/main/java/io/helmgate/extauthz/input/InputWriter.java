package io.helmgate.extauthz.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.extauthz.call.ApiCall;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.token.Authentication;
import io.helmgate.extauthz.token.TokenFailure;
import io.helmgate.extauthz.token.VerifiedToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes one input document, without the members that nobody looks at. */
final class InputWriter {

  private static final JsonFactory JSON = new ObjectMapper().getFactory();
  private static final int USUAL_BYTES = 1024;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
  private final Selection wanted;
  private final JsonGenerator json;

  /** Begins the document. */
  InputWriter(Selection wanted) {
    this.wanted = wanted;
    try {
      json = JSON.createGenerator(bytes);
      json.writeStartObject();
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  private interface Value {
    void write(Selection selected) throws IOException;
  }

  /** Writes a member of the document, when it is wanted. */
  private void member(String name, Value value) {
    Selection selected = wanted.member(name);
    if (selected != null) {
      try {
        json.writeFieldName(name);
        value.write(selected);
      } catch (IOException e) {
        throw impossible(e);
      }
    }
  }

  private static UncheckedIOException impossible(IOException e) {
    return new UncheckedIOException("writing to memory failed", e);
  }

  void text(String name, String value) {
    member(name, selected -> json.writeString(value));
  }

  void caller(Authentication caller) {
    if (caller instanceof Authentication.Authenticated(VerifiedToken token)) {
      member("claims", selected -> tree(token.claims(), selected));
      member("jwt", selected -> jwt(token, selected));
    } else {
      member("claims", selected -> json.writeRawValue("{}"));
      member(
          "jwt",
          selected -> {
            json.writeStartObject();
            json.writeStringField("reason", TokenFailure.MISSING.text());
            json.writeEndObject();
          });
    }
  }

  private void jwt(VerifiedToken token, Selection selected) throws IOException {
    json.writeStartObject();
    json.writeStringField("provider", token.provider());
    tree("header", token.header(), selected);
    tree("claims", token.claims(), selected);
    json.writeEndObject();
  }

  void request(AuthRequest request, RequestTarget target) {
    member("headers", selected -> firstValues(request.headers(), selected));
    member("header_values", selected -> lists(request.headers(), selected));
    member("attributes", selected -> json.writeRawValue(request.attributes().json(selected)));
    member("parsed_path", selected -> list(target.segments()));
    member("parsed_query", selected -> lists(target.query(), selected));
    member("truncated_body", selected -> json.writeBoolean(request.body().truncated()));
    if (!request.source().principal().isEmpty()) {
      text("source_principal", request.source().principal());
    }
    member(
        "version",
        selected -> json.writeRawValue("{\"ext_authz\":\"v3\",\"encoding\":\"protojson\"}"));
  }

  /** opa-envoy-plugin decodes the message of a gRPC call too. */
  void body(JsonNode parsed, Optional<ApiCall> call, boolean grpc) {
    if (grpc && call.isPresent()) {
      member("parsed_body", selected -> json.writeRawValue(call.get().requestJson()));
    } else {
      member("parsed_body", selected -> tree(parsed, selected));
    }
  }

  void call(ApiCall call) {
    text("method", call.method());
    member("request", selected -> json.writeRawValue(call.requestJson()));
    member(
        "call",
        selected -> {
          json.writeStartObject();
          json.writeStringField("service", call.service());
          json.writeStringField("method", call.method());
          if (selected.has("request")) {
            json.writeFieldName("request");
            json.writeRawValue(call.requestJson());
          }
          json.writeNumberField("index", call.index());
          json.writeNumberField("count", call.count());
          json.writeEndObject();
        });
  }

  private void tree(String name, JsonNode value, Selection parent) throws IOException {
    Selection selected = parent.member(name);
    if (selected != null) {
      json.writeFieldName(name);
      tree(value, selected);
    }
  }

  private void tree(JsonNode value, Selection selected) throws IOException {
    if (selected.isWhole() || !value.isObject()) {
      json.writeTree(value);
      return;
    }
    json.writeStartObject();
    for (String name : selected.names()) {
      JsonNode below = value.get(name);
      if (below != null) {
        tree(name, below, selected);
      }
    }
    json.writeEndObject();
  }

  private void firstValues(Map<String, List<String>> headers, Selection selected)
      throws IOException {
    json.writeStartObject();
    for (String name : selected.isWhole() ? headers.keySet() : selected.names()) {
      List<String> values = headers.get(name);
      if (values != null) {
        json.writeStringField(name, values.getFirst());
      }
    }
    json.writeEndObject();
  }

  private void lists(Map<String, List<String>> lists, Selection selected) throws IOException {
    json.writeStartObject();
    for (String name : selected.isWhole() ? lists.keySet() : selected.names()) {
      List<String> values = lists.get(name);
      if (values != null) {
        json.writeFieldName(name);
        list(values);
      }
    }
    json.writeEndObject();
  }

  private void list(List<String> values) throws IOException {
    json.writeStartArray();
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  /** Ends the document. */
  byte[] end() {
    try {
      json.writeEndObject();
      json.close();
    } catch (IOException e) {
      throw impossible(e);
    }
    return bytes.toByteArray();
  }
}
