package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.HiddenValue;
import io.helmgate.extauthz.token.TokenSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts together what happens to a request that passes. */
final class AllowResponse {

  static final String ASSERTION = HeaderRules.OWN_PREFIX + "assertion";
  static final String DECISION_ID = HeaderRules.OWN_PREFIX + "decision-id";

  private static final String COOKIE = "cookie";

  private AllowResponse() {}

  /**
   * Puts it together.
   *
   * @param credentials where the caller's token stands, and what of it the upstream is told
   * @param secrets header to secret
   * @param assertion the signed assertion; empty when the upstream gets none
   */
  static Decision.Allow of(
      AuthRequest request,
      UnitedEffects effects,
      Credentials credentials,
      Map<String, HiddenValue> secrets,
      String decisionId,
      Optional<String> assertion) {
    Map<String, List<String>> set = new LinkedHashMap<>(credentials.headers());
    set.putAll(effects.headers());
    set.keySet().removeAll(secrets.keySet());
    set.put(DECISION_ID, List.of(decisionId));
    assertion.ifPresent(jws -> set.put(ASSERTION, List.of(jws)));

    Set<String> remove = new LinkedHashSet<>(effects.headersToRemove());
    // Envoy may hide headers from this service, so the names that would be believed always go.
    remove.add(ASSERTION);
    remove.addAll(credentials.reserved());
    request.headers().keySet().stream()
        .filter(name -> name.startsWith(HeaderRules.OWN_PREFIX))
        .forEach(remove::add);
    Set<String> removeQuery = new LinkedHashSet<>(effects.queryToRemove());
    List<TokenSource.Cookie> cookies = new ArrayList<>();
    for (TokenSource source : credentials.strip()) {
      switch (source) {
        case TokenSource.Header header -> remove.add(header.name());
        case TokenSource.Query query -> removeQuery.add(query.name());
        case TokenSource.Cookie cookie -> cookies.add(cookie);
      }
    }
    if (!cookies.isEmpty()) {
      remove.add(COOKIE);
      otherCookies(request, cookies).ifPresent(rest -> set.putIfAbsent(COOKIE, List.of(rest)));
    }
    // Envoy removes after it sets; setting replaces the inbound value anyway.
    remove.removeAll(set.keySet());
    remove.removeAll(secrets.keySet());
    return new Decision.Allow(
        Map.copyOf(set),
        List.copyOf(remove),
        Map.copyOf(effects.responseHeaders()),
        Map.copyOf(effects.queryToSet()),
        new ArrayList<>(removeQuery),
        Map.copyOf(secrets));
  }

  private static Optional<String> otherCookies(
      AuthRequest request, List<TokenSource.Cookie> stripped) {
    List<String> rest =
        TokenSource.Cookie.pairs(request)
            .filter(pair -> stripped.stream().noneMatch(cookie -> cookie.named(pair)))
            .toList();
    return rest.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", rest));
  }
}
