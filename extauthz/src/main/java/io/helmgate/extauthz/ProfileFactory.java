package io.helmgate.extauthz;

import io.helmgate.extauthz.call.CallReader;
import io.helmgate.extauthz.call.DecodedCalls;
import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.config.ProfileConfig;
import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.KeySource;
import io.helmgate.extauthz.keys.KeyStores;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.keys.RemoteKeysConfig;
import io.helmgate.extauthz.policy.InvalidPolicyException;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.profile.AssertionMint;
import io.helmgate.extauthz.profile.Profile;
import io.helmgate.extauthz.profile.ProfileMatch;
import io.helmgate.extauthz.profile.Profiles;
import io.helmgate.extauthz.token.Authenticator;
import io.helmgate.extauthz.token.IdentityRules;
import io.helmgate.extauthz.token.Provider;
import io.helmgate.extauthz.token.TokenSource;
import io.helmgate.kit.assertion.AssertionKeys;
import io.helmgate.kit.assertion.AssertionSigner;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.config.CommonConfig;
import io.helmgate.kit.config.Loaded;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the profiles that the configuration names. */
final class ProfileFactory {

  /** kgateway's default for {@code cacheDuration}. */
  private static final Duration CACHE_DURATION = Duration.ofMinutes(5);

  private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
  private static final String UPSTREAM_PROVIDER = "default";
  private static final String DEPLOYER = "helmgate-deployer";

  private final CommonConfig common;
  private final ExtAuthzConfig config;
  private final Environment environment;
  private final KeyStores keyStores;
  private final Policies policies;
  private final CallReader decoded =
      new DecodedCalls(new CallDecoder(CallSchema.helmgate(), CallLimits.defaults()));
  private @Nullable AssertionSigner signer;

  ProfileFactory(
      Loaded<ExtAuthzConfig> loaded,
      Environment environment,
      KeyStores keyStores,
      Policies policies) {
    this.common = loaded.common();
    this.config = loaded.section();
    this.environment = environment;
    this.keyStores = keyStores;
    this.policies = policies;
  }

  /**
   * Makes them all.
   *
   * @throws InvalidPolicyException when a policy cannot be put into force
   * @throws IOException when the assertion keys cannot be read
   */
  Profiles profiles()
      throws InvalidPolicyException, InvalidKeySetException, IOException, InterruptedException {
    Map<String, Profile> profiles = new LinkedHashMap<>();
    Map<String, ProfileMatch> matches = new LinkedHashMap<>();
    for (Map.Entry<String, ProfileConfig> entry : config.profiles().entrySet()) {
      profiles.put(entry.getKey(), profile(entry.getKey(), entry.getValue()));
      ProfileConfig.Match match = entry.getValue().match();
      ProfileMatch taken = new ProfileMatch(match.hosts(), match.pathPrefixes());
      if (!taken.none()) {
        matches.put(entry.getKey(), taken);
      }
    }
    if (profiles.isEmpty()) {
      profiles.put(Profiles.DEFAULT, upstreamsProfile());
    }
    return new Profiles(profiles, matches);
  }

  /** What upstream helmgate does with its keys at the top level. */
  private Profile upstreamsProfile()
      throws InvalidPolicyException, IOException, InterruptedException {
    return new Profile(
        Profiles.DEFAULT,
        authenticator(Authenticator.Mode.STRICT, upstreamsProviders()),
        decoded,
        policy(Profiles.DEFAULT, new ProfileConfig.PolicyKeys("", "", "")),
        common.regoQuery(),
        mintForCalls());
  }

  /** Where nothing else is said, what is decoded is bound, so that nothing else can be executed. */
  private Optional<AssertionMint> mintForCalls() throws IOException {
    return config.assertion().keysFile().isEmpty()
        ? Optional.empty()
        : Optional.of(mint(ProfileConfig.Binding.CALL, DEPLOYER));
  }

  private Profile profile(String name, ProfileConfig profile)
      throws InvalidPolicyException, InvalidKeySetException, IOException, InterruptedException {
    List<Provider> providers = new ArrayList<>();
    for (ProfileConfig.Provider provider : profile.authentication().providers()) {
      providers.add(provider(provider));
    }
    if (providers.isEmpty() && name.equals(Profiles.DEFAULT)) {
      providers.addAll(upstreamsProviders());
    }
    Optional<AssertionMint> mint = Optional.empty();
    ProfileConfig.Assertion assertion = profile.assertion();
    if (assertion != null) {
      mint = Optional.of(mint(assertion.binding(), assertion.audience()));
    } else if (profile.calls()) {
      mint = mintForCalls();
    }
    return new Profile(
        name,
        authenticator(mode(profile.authentication().validationMode()), providers),
        profile.calls() ? decoded : new NamedCalls(),
        policy(name, profile.policy()),
        query(profile.policy()),
        mint);
  }

  private static Authenticator.Mode mode(ProfileConfig.ValidationMode mode) {
    return switch (mode) {
      case STRICT -> Authenticator.Mode.STRICT;
      case ALLOWMISSING -> Authenticator.Mode.ALLOW_MISSING;
    };
  }

  private Authenticator authenticator(Authenticator.Mode mode, List<Provider> providers) {
    // Nobody can bring a token where no provider is; the configuration has allow_insecure then.
    Authenticator.Mode effective = providers.isEmpty() ? Authenticator.Mode.ALLOW_MISSING : mode;
    return new Authenticator(effective, providers, environment.clock());
  }

  private List<Provider> upstreamsProviders() {
    if (common.jwksUri().isEmpty()) {
      return List.of();
    }
    return List.of(
        new Provider(
            UPSTREAM_PROVIDER,
            new Provider.ClaimRules("", List.of(), Set.of(), CLOCK_SKEW, false),
            TokenSource.DEFAULT,
            false,
            new IdentityRules("sub", "groups", UPSTREAM_PROVIDER + ":"),
            remote(common.jwksUri(), CACHE_DURATION)));
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
            provider.requireExpiration()),
        sources(provider.tokenSource()),
        provider.forwardToken(),
        new IdentityRules(
            identity.userClaim(),
            identity.groupsClaim(),
            prefix == null ? provider.name() + ":" : prefix),
        keys(provider.jwks()));
  }

  private static List<TokenSource> sources(ProfileConfig.TokenSource source) {
    ProfileConfig.Header header = source.header();
    if (header != null) {
      return List.of(
          new TokenSource.Header(header.header().toLowerCase(Locale.ROOT), header.prefix()));
    }
    return source.queryParameter().isEmpty()
        ? TokenSource.DEFAULT
        : List.of(new TokenSource.Query(source.queryParameter()));
  }

  private KeySource keys(ProfileConfig.Jwks jwks) throws InvalidKeySetException {
    ProfileConfig.Remote remote = jwks.remote();
    if (remote != null) {
      return remote(remote.url(), remote.cacheDuration());
    }
    ProfileConfig.Local local = jwks.local();
    return LocalKeys.of(local == null ? "" : local.inline().reveal());
  }

  private KeySource remote(String url, Duration cacheDuration) {
    ExtAuthzConfig.JwksConfig bounds = config.jwks();
    return keyStores.remote(
        new RemoteKeysConfig(
            URI.create(url),
            cacheDuration,
            bounds.staleFor(),
            config.unknownKidInterval(),
            bounds.timeout(),
            bounds.maxBytes().toInt(),
            bounds.maxKeys()));
  }

  private Policy policy(String profile, ProfileConfig.PolicyKeys keys)
      throws InvalidPolicyException, InterruptedException {
    if (keys.file().isEmpty() && common.regoPolicy().isEmpty()) {
      return new AllowEverything();
    }
    PolicySource source =
        keys.file().isEmpty()
            ? new PolicySource.Inline(common.regoPolicy())
            : new PolicySource.Files(List.of(Path.of(keys.file())));
    String version = keys.regoVersion().isEmpty() ? common.regoVersion() : keys.regoVersion();
    return policies.of(
        profile, source, query(keys), RegoVersion.valueOf(version.toUpperCase(Locale.ROOT)));
  }

  private String query(ProfileConfig.PolicyKeys keys) {
    return keys.query().isEmpty() ? common.regoQuery() : keys.query();
  }

  private AssertionMint mint(ProfileConfig.Binding binding, String audience) throws IOException {
    return new SignedAssertions(signer(), binding, audience);
  }

  private AssertionSigner signer() throws IOException {
    AssertionSigner existing = signer;
    if (existing != null) {
      return existing;
    }
    ExtAuthzConfig.AssertionConfig assertion = config.assertion();
    AssertionSigner made =
        new AssertionSigner(
            assertion.issuer(),
            assertion.lifetime(),
            AssertionKeys.load(Path.of(assertion.keysFile()), environment.clock()),
            environment.clock());
    signer = made;
    return made;
  }
}
