package io.helmgate.kit.call;

import com.google.protobuf.Message;

/**
 * One call of a request.
 *
 * @param service full service name such as {@code helmgate.HelmProxyService}; {@code graphql} for
 *     introspection
 * @param method full method path such as {@code /helmgate.HelmProxyService/InstallApp}; {@code
 *     graphql/Introspect} for introspection
 * @param request the request message, of the generated type where the schema knows one
 * @param responseKey GraphQL response key (alias or field name) of the root field; empty on other
 *     transports
 * @param index position within the request, from 0
 * @param count number of calls in the request
 */
public record Call(
    String service, String method, Message request, String responseKey, int index, int count) {}
