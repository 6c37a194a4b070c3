package io.helmgate.kit.call;

import com.google.protobuf.Message;

/**
 * One call of a request.
 *
 * @param service full service name such as {@code helmgate.HelmProxyService}; {@code graphql} for
 *     introspection, {@code openapi} for the description of the REST routes
 * @param method full method path such as {@code /helmgate.HelmProxyService/InstallApp}; {@link
 *     #INTROSPECT} or {@link #DESCRIBE}
 * @param request the request message, of the generated type where the schema knows one
 * @param responseKey GraphQL response key (alias or field name) of the root field; empty on other
 *     transports
 * @param index position within the request, from 0
 * @param count number of calls in the request
 */
public record Call(
    String service, String method, Message request, String responseKey, int index, int count) {

  /** The method of GraphQL introspection. */
  public static final String INTROSPECT = "graphql/Introspect";

  /** The method of {@code GET /openapi.json}. */
  public static final String DESCRIBE = "openapi/Describe";
}
