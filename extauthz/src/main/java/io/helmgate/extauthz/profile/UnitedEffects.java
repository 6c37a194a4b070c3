package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.policy.PolicyEffects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The effects of all calls of a request, which must not contradict each other: what two calls set
 * to two values, or one sets and another removes, cannot be done for both.
 */
final class UnitedEffects {

  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private final Map<String, List<String>> responseHeaders = new LinkedHashMap<>();
  private final Set<String> headersToRemove = new LinkedHashSet<>();
  private final Map<String, List<String>> queryToSet = new LinkedHashMap<>();
  private final Set<String> queryToRemove = new LinkedHashSet<>();
  private final Map<String, String> secrets = new LinkedHashMap<>();
  private final Map<String, Object> metadata = new LinkedHashMap<>();

  /**
   * Adds the effects of one call.
   *
   * @return the names on which it contradicts the calls before it; empty when it does not
   */
  List<String> add(PolicyEffects effects) {
    List<String> conflicts = new ArrayList<>();
    put(headers, lowerCase(effects.headers()), conflicts);
    put(responseHeaders, lowerCase(effects.responseHeadersToAdd()), conflicts);
    put(queryToSet, effects.queryParametersToSet(), conflicts);
    Map<String, String> moreSecrets = new LinkedHashMap<>();
    effects
        .injectSecrets()
        .forEach((name, secret) -> put(moreSecrets, Map.of(lowerCase(name), secret), conflicts));
    put(secrets, moreSecrets, conflicts);
    put(metadata, effects.dynamicMetadata(), conflicts);
    effects.requestHeadersToRemove().forEach(name -> headersToRemove.add(lowerCase(name)));
    queryToRemove.addAll(effects.queryParametersToRemove());
    headersToRemove.stream().filter(headers::containsKey).forEach(conflicts::add);
    secrets.keySet().stream()
        .filter(name -> headers.containsKey(name) || headersToRemove.contains(name))
        .forEach(conflicts::add);
    queryToRemove.stream().filter(queryToSet::containsKey).forEach(conflicts::add);
    return conflicts;
  }

  private static <T> void put(Map<String, T> all, Map<String, T> more, List<String> conflicts) {
    more.forEach(
        (name, value) -> {
          T before = all.putIfAbsent(name, value);
          if (before != null && !before.equals(value)) {
            conflicts.add(name);
          }
        });
  }

  private static Map<String, List<String>> lowerCase(Map<String, List<String>> headers) {
    Map<String, List<String>> lower = new LinkedHashMap<>();
    headers.forEach(
        (name, values) ->
            lower.merge(
                lowerCase(name),
                values,
                (a, b) -> {
                  List<String> both = new ArrayList<>(a);
                  both.addAll(b);
                  return both;
                }));
    return lower;
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  Map<String, List<String>> headers() {
    return headers;
  }

  Map<String, List<String>> responseHeaders() {
    return responseHeaders;
  }

  Set<String> headersToRemove() {
    return headersToRemove;
  }

  Map<String, List<String>> queryToSet() {
    return queryToSet;
  }

  Set<String> queryToRemove() {
    return queryToRemove;
  }

  /** Header to the name of the secret that becomes its value. */
  Map<String, String> secrets() {
    return secrets;
  }

  Map<String, Object> metadata() {
    return metadata;
  }
}
