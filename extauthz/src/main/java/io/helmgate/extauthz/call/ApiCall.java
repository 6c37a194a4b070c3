package io.helmgate.extauthz.call;

/**
 * One call, as a policy sees it.
 *
 * @param service full service name
 * @param method full method path, such as {@code /helmgate.HelmProxyService/GetApp}
 * @param requestJson the request message as proto JSON: lowerCamelCase, default values left out
 * @param index position within the request, from 0
 * @param count number of calls in the request
 */
public record ApiCall(String service, String method, String requestJson, int index, int count) {}
