package io.helmgate.extauthz.token;

import io.helmgate.extauthz.decision.AuthRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out who calls: one of several providers must accept the request's token. */
public final class Authenticator {

  /** Whether a token is needed. */
  public enum Mode {
    /** A good token is needed. */
    STRICT,
    /** A request without a token passes; one with a bad token does not. */
    ALLOW_MISSING
  }

  private final Mode mode;
  private final List<TokenVerifier> verifiers;
  private final Set<String> claimHeaders;

  /**
   * Makes an authenticator; providers are tried in order.
   *
   * @param cache of verified tokens, shared by all authenticators
   */
  public Authenticator(Mode mode, List<Provider> providers, TokenCache cache, InstantSource clock) {
    this.mode = mode;
    this.verifiers = providers.stream().map(p -> new TokenVerifier(p, cache, clock)).toList();
    this.claimHeaders =
        providers.stream()
            .flatMap(provider -> provider.headers().stream())
            .map(ClaimHeader::header)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** The headers that claims may be told in; only a token may set them, never a client. */
  public Set<String> claimHeaders() {
    return claimHeaders;
  }

  /**
   * Finds out who calls; may block until the deadline when a provider's keys are not at hand.
   *
   * @param deadline when to give up
   */
  public Authentication authenticate(AuthRequest request, Instant deadline) {
    Authentication best = new Authentication.Rejected(TokenFailure.MISSING);
    for (TokenVerifier verifier : verifiers) {
      Authentication result = authenticate(verifier, request, deadline);
      if (result instanceof Authentication.Authenticated
          || result instanceof Authentication.NameRefused
          || result instanceof Authentication.ClaimRefused) {
        return result;
      }
      best = weight(result) >= weight(best) ? result : best;
    }
    boolean missing = best.equals(new Authentication.Rejected(TokenFailure.MISSING));
    return missing && mode == Mode.ALLOW_MISSING ? new Authentication.Anonymous() : best;
  }

  /**
   * All tokens of a request must be good, the last one is looked at first (as in Envoy): a bad one
   * beside a good one could be what the upstream reads. The first one names the caller.
   */
  private static Authentication authenticate(
      TokenVerifier verifier, AuthRequest request, Instant deadline) {
    List<String> tokens = new ArrayList<>();
    List<TokenSource> used = new ArrayList<>();
    for (TokenSource source : verifier.provider().sources()) {
      List<String> found = source.tokens(request);
      if (!found.isEmpty()) {
        tokens.addAll(found);
        used.add(source);
      }
    }
    Authentication result = new Authentication.Rejected(TokenFailure.MISSING);
    for (String token : tokens.reversed()) {
      result = verifier.verify(token, deadline);
      if (!(result instanceof Authentication.Authenticated)) {
        return result;
      }
    }
    return result instanceof Authentication.Authenticated(VerifiedToken token)
            && !verifier.provider().forwardToken()
        ? new Authentication.Authenticated(token.stripped(used))
        : result;
  }

  /** Which provider's answer the client gets when none accepts, as tried with Envoy 1.40. */
  private static int weight(Authentication result) {
    return switch (result) {
      case Authentication.Rejected(TokenFailure failure) ->
          switch (failure) {
            case MISSING -> 0;
            case ISSUER -> 1;
            default -> 2;
          };
      // One that nobody could judge may have been good.
      case Authentication.KeysUnavailable _ -> 3;
      case Authentication.Anonymous _ -> 0;
      case Authentication.NameRefused _,
          Authentication.ClaimRefused _,
          Authentication.Authenticated _ ->
          4;
    };
  }
}
