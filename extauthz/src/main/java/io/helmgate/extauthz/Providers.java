package io.helmgate.extauthz;

import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.config.ProfileConfig;
import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.KeySource;
import io.helmgate.extauthz.keys.KeyStores;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.keys.RemoteKeysConfig;
import io.helmgate.extauthz.keys.RetryPolicy;
import io.helmgate.extauthz.token.Authenticator;
import io.helmgate.extauthz.token.ClaimHeader;
import io.helmgate.extauthz.token.IdentityRules;
import io.helmgate.extauthz.token.Provider;
import io.helmgate.extauthz.token.TokenCache;
import io.helmgate.extauthz.token.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Makes the identity providers that the configuration names. */
final class Providers {

  /** kgateway's default for {@code cacheDuration}. */
  private static final Duration CACHE_DURATION = Duration.ofMinutes(5);

  private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
  private static final int LONGEST_WAIT = 10;
  private static final String UPSTREAM_PROVIDER = "default";

  private final ExtAuthzConfig config;
  private final KeyStores keyStores;
  private final TokenCache cache;

  Providers(ExtAuthzConfig config, KeyStores keyStores, TokenCache cache) {
    this.config = config;
    this.keyStores = keyStores;
    this.cache = cache;
  }

  Authenticator authenticator(
      Authenticator.Mode mode, List<Provider> providers, InstantSource clock) {
    return new Authenticator(mode, providers, cache, clock);
  }

  /** What upstream helmgate does with {@code jwks_uri}; none when that is empty. */
  List<Provider> upstreams(String jwksUri) {
    if (jwksUri.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Provider(
            UPSTREAM_PROVIDER,
            new Provider.ClaimRules(
                "", List.of(), Set.of(), CLOCK_SKEW, false, Optional.empty(), List.of(), ""),
            TokenSource.DEFAULT,
            false,
            List.of(),
            new IdentityRules("sub", "groups", UPSTREAM_PROVIDER + ":"),
            remote(jwksUri, CACHE_DURATION, RetryPolicy.NONE)));
  }

  /**
   * Makes those of a profile.
   *
   * @throws InvalidKeySetException when keys written in the configuration cannot be used
   */
  List<Provider> of(ProfileConfig.Jwt jwt) throws InvalidKeySetException {
    List<Provider> providers = new ArrayList<>();
    for (ProfileConfig.Provider provider : jwt.providers()) {
      providers.add(provider(provider));
    }
    return providers;
  }

  private Provider provider(ProfileConfig.Provider provider) throws InvalidKeySetException {
    ProfileConfig.Identity identity = provider.identity();
    String prefix = identity.prefix();
    return new Provider(
        provider.name(),
        new Provider.ClaimRules(
            provider.issuer(),
            provider.audiences(),
            Set.copyOf(provider.algorithms()),
            provider.clockSkew(),
            provider.requireExpiration(),
            Optional.ofNullable(provider.maxLifetime()),
            provider.subjects(),
            provider.typ()),
        sources(provider),
        provider.forwardToken(),
        provider.claimsToHeaders().stream().map(Providers::claimHeader).toList(),
        new IdentityRules(
            identity.userClaim(),
            identity.groupsClaim(),
            prefix == null ? provider.name() + ":" : prefix),
        keys(provider));
  }

  private static ClaimHeader claimHeader(ProfileConfig.ClaimToHeader rule) {
    ClaimHeader.ListForm lists =
        switch (rule.lists()) {
          case BASE64JSON -> ClaimHeader.ListForm.BASE64_JSON;
          case JSON -> ClaimHeader.ListForm.JSON;
          case COMMA -> ClaimHeader.ListForm.COMMA;
          case REPEATED -> ClaimHeader.ListForm.REPEATED;
        };
    return new ClaimHeader(
        rule.name(), rule.header().toLowerCase(Locale.ROOT), lists, rule.words());
  }

  private static List<TokenSource> sources(ProfileConfig.Provider provider) {
    if (!provider.tokenSources().isEmpty()) {
      return provider.tokenSources().stream().flatMap(s -> source(s).stream()).toList();
    }
    return source(provider.tokenSource()).map(List::of).orElse(TokenSource.DEFAULT);
  }

  private static Optional<TokenSource> source(ProfileConfig.TokenSource source) {
    ProfileConfig.Header header = source.header();
    if (header != null) {
      return Optional.of(
          new TokenSource.Header(header.header().toLowerCase(Locale.ROOT), header.prefix()));
    }
    String parameter = source.queryParameter();
    if (parameter != null) {
      return Optional.of(new TokenSource.Query(parameter));
    }
    return Optional.ofNullable(source.cookie()).map(TokenSource.Cookie::new);
  }

  private KeySource keys(ProfileConfig.Provider provider) throws InvalidKeySetException {
    ProfileConfig.Jwks jwks = provider.jwks();
    if (jwks == null) {
      return keyStores.discovered(
          provider.issuer(),
          keysConfig(URI.create(provider.issuer()), CACHE_DURATION, RetryPolicy.NONE));
    }
    ProfileConfig.Remote remote = jwks.remote();
    if (remote != null) {
      return remote(remote.url(), remote.cacheDuration(), retries(remote));
    }
    ProfileConfig.Local local = jwks.local();
    return LocalKeys.of(local == null ? "" : local.inline().reveal());
  }

  private static RetryPolicy retries(ProfileConfig.Remote remote) {
    ProfileConfig.RetryPolicy policy = remote.retryPolicy();
    if (policy == null) {
      return RetryPolicy.NONE;
    }
    Duration base = policy.backOff().baseInterval();
    Duration longest = policy.backOff().maxInterval();
    return new RetryPolicy(
        policy.numRetries(), base, longest == null ? base.multipliedBy(LONGEST_WAIT) : longest);
  }

  private KeySource remote(String url, Duration cacheDuration, RetryPolicy retries) {
    return keyStores.remote(keysConfig(URI.create(url), cacheDuration, retries));
  }

  private RemoteKeysConfig keysConfig(URI url, Duration cacheDuration, RetryPolicy retries) {
    ExtAuthzConfig.JwksConfig bounds = config.jwks();
    return new RemoteKeysConfig(
        url,
        cacheDuration,
        bounds.staleFor(),
        config.unknownKidInterval(),
        bounds.timeout(),
        bounds.maxBytes().toInt(),
        bounds.maxKeys(),
        retries);
  }
}
