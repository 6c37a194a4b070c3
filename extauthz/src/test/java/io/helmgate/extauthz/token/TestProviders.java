package io.helmgate.extauthz.token;

import io.helmgate.extauthz.keys.KeySource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Providers for tests: users by {@code sub}, groups by {@code groups}, a skew of a minute. */
public final class TestProviders {

  private TestProviders() {}

  /** A provider whose tokens stand where Envoy looks by default, with its name as prefix. */
  public static Provider of(String name, String issuer, KeySource keys) {
    return new Provider(
        name,
        rules(issuer, List.of()),
        TokenSource.DEFAULT,
        false,
        List.of(),
        new IdentityRules("sub", "groups", name + ":"),
        keys);
  }

  public static Provider.ClaimRules rules(String issuer, List<String> audiences) {
    return new Provider.ClaimRules(
        issuer,
        audiences,
        Set.of(),
        Duration.ofSeconds(60),
        false,
        Optional.empty(),
        List.of(),
        "");
  }
}
