package io.helmgate.extauthz.config;

import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.kit.config.Problems;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Checks what concerns several keys of a profile's authentication. */
final class AuthenticationRules {

  /** Headers that would change what Envoy or this service does with the request. */
  private static final Set<String> NOT_FOR_CLAIMS =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "upgrade",
          "te",
          "trailer",
          "cookie");

  private final Problems problems;
  private final Map<String, ProfileConfig.Remote> remotes;

  /**
   * Makes the check.
   *
   * @param remotes by URL, of all profiles
   */
  AuthenticationRules(Problems problems, Map<String, ProfileConfig.Remote> remotes) {
    this.problems = problems;
    this.remotes = remotes;
  }

  void check(String path, ProfileConfig.Authentication authentication) {
    if (authentication.ambiguous()) {
      problems.add(
          path + ".gatewayExtension",
          "not beside providers or validationMode",
          path + ".providers",
          path + ".validationMode");
    }
    if (authentication.jwt().anonymous() && !authentication.jwt().providers().isEmpty()) {
      problems.add(
          path + ".validationMode", "Strict or AllowMissing beside providers", path + ".providers");
    }
    Set<String> names = new HashSet<>();
    for (ProfileConfig.Provider provider : authentication.jwt().providers()) {
      provider(path + '.' + authentication.place(provider), provider, names);
    }
  }

  private void provider(String at, ProfileConfig.Provider provider, Set<String> names) {
    if (!names.add(provider.name())) {
      problems.add(at + ".name", "a name of its own");
    }
    if (!provider.tokenSource().isEmpty() && !provider.tokenSources().isEmpty()) {
      problems.add(at + ".tokenSources", "not beside tokenSource", at + ".tokenSource");
    }
    Set<String> headers = new HashSet<>();
    for (int i = 0; i < provider.claimsToHeaders().size(); i++) {
      String header = provider.claimsToHeaders().get(i).header().toLowerCase(Locale.ROOT);
      String key = at + ".claimsToHeaders[" + i + "].header";
      if (header.startsWith("x-helmgate-") || NOT_FOR_CLAIMS.contains(header)) {
        problems.add(key, "a header that is free for claims");
      } else if (!headers.add(header)) {
        problems.add(key, "a header of its own");
      }
    }
    ProfileConfig.Jwks jwks = provider.jwks();
    if (jwks != null) {
      jwks(at + ".jwks", jwks);
    } else if (!isUrl(provider.issuer())) {
      problems.add(at + ".jwks", "local or remote, since issuer is no URL", at + ".issuer");
    }
  }

  private static boolean isUrl(String issuer) {
    try {
      URI uri = URI.create(issuer);
      return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void jwks(String path, ProfileConfig.Jwks jwks) {
    ProfileConfig.Local local = jwks.local();
    ProfileConfig.Remote remote = jwks.remote();
    if ((local == null) == (remote == null)) {
      problems.add(path, "either local or remote", path + ".local", path + ".remote");
      return;
    }
    if (local != null) {
      try {
        LocalKeys.of(local.inline().reveal());
      } catch (InvalidKeySetException e) {
        problems.add(path + ".local.inline", "usable public keys; " + e.getMessage());
      }
    }
    if (remote != null) {
      remote(path + ".remote", remote);
    }
  }

  private void remote(String path, ProfileConfig.Remote remote) {
    ProfileConfig.Remote other = remotes.putIfAbsent(remote.url(), remote);
    if (other != null && !other.cacheDuration().equals(remote.cacheDuration())) {
      problems.add(path + ".cacheDuration", "the same wherever this url is used");
    }
    if (other != null && !Objects.equals(other.retryPolicy(), remote.retryPolicy())) {
      problems.add(path + ".retryPolicy", "the same wherever this url is used");
    }
    ProfileConfig.RetryPolicy retry = remote.retryPolicy();
    if (retry != null) {
      Duration longest = retry.backOff().maxInterval();
      if (longest != null && longest.compareTo(retry.backOff().baseInterval()) < 0) {
        problems.add(path + ".retryPolicy.backOff.maxInterval", "at least baseInterval");
      }
    }
  }
}
