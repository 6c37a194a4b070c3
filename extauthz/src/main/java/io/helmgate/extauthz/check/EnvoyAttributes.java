package io.helmgate.extauthz.check;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.Request;
import io.helmgate.extauthz.decision.Selection;

/** Writes Envoy's attribute context as JSON, without what nobody looks at. */
final class EnvoyAttributes {

  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private EnvoyAttributes() {}

  static String json(AttributeContext attributes, Selection wanted) {
    try {
      return JSON.print(wanted.isWhole() ? attributes : reduced(attributes, wanted));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("attributes hold a message of an unknown type", e);
    }
  }

  private static AttributeContext reduced(AttributeContext whole, Selection wanted) {
    AttributeContext.Builder some = AttributeContext.newBuilder();
    for (String name : wanted.names()) {
      Selection request = name.equals("request") ? wanted.member(name) : null;
      if (request == null || request.isWhole()) {
        copy(whole, some, name);
      } else if (whole.hasRequest()) {
        some.setRequest(reduced(whole.getRequest(), request));
      }
    }
    return some.build();
  }

  private static Request reduced(Request whole, Selection wanted) {
    Request.Builder some = Request.newBuilder();
    for (String name : wanted.names()) {
      Selection http = name.equals("http") ? wanted.member(name) : null;
      if (http == null || http.isWhole()) {
        copy(whole, some, name);
      } else if (whole.hasHttp()) {
        some.setHttp(reduced(whole.getHttp(), http));
      }
    }
    return some.build();
  }

  private static HttpRequest reduced(HttpRequest whole, Selection wanted) {
    HttpRequest.Builder some = HttpRequest.newBuilder();
    for (String name : wanted.names()) {
      Selection headers = name.equals("headers") ? wanted.member(name) : null;
      if (headers == null || headers.isWhole()) {
        copy(whole, some, name);
      } else {
        headers(whole, some, headers);
      }
    }
    return some.build();
  }

  private static void headers(HttpRequest whole, HttpRequest.Builder some, Selection wanted) {
    for (String header : wanted.names()) {
      String value = whole.getHeadersMap().get(header);
      if (value != null) {
        some.putHeaders(header, value);
      }
    }
    if (some.getHeadersCount() == 0) {
      // An empty map would not be written, as if Envoy had sent no headers at all.
      some.putAllHeaders(whole.getHeadersMap());
    }
  }

  /** Copies a field, named as in JSON. */
  private static void copy(Message from, Message.Builder to, String name) {
    for (FieldDescriptor field : from.getDescriptorForType().getFields()) {
      if (field.getJsonName().equals(name) && (field.isRepeated() || from.hasField(field))) {
        to.setField(field, from.getField(field));
      }
    }
  }
}
