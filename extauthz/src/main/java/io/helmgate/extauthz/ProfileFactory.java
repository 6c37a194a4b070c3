package io.helmgate.extauthz;

import com.google.protobuf.ByteString;
import io.helmgate.extauthz.call.CallReader;
import io.helmgate.extauthz.call.DecodedCalls;
import io.helmgate.extauthz.call.MarkedCalls;
import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.config.LimitsConfig;
import io.helmgate.extauthz.config.ProfileConfig;
import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.policy.InvalidPolicyException;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.profile.AssertionMint;
import io.helmgate.extauthz.profile.Profile;
import io.helmgate.extauthz.profile.ProfileMatch;
import io.helmgate.extauthz.profile.Profiles;
import io.helmgate.extauthz.reply.BearerStyle;
import io.helmgate.extauthz.reply.EnvoyStyle;
import io.helmgate.extauthz.reply.RegistryStyle;
import io.helmgate.extauthz.reply.ResponseStyle;
import io.helmgate.extauthz.token.Authenticator;
import io.helmgate.extauthz.token.Provider;
import io.helmgate.kit.assertion.AssertionKeys;
import io.helmgate.kit.assertion.AssertionSigner;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.config.CommonConfig;
import io.helmgate.kit.config.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the profiles that the configuration names. */
final class ProfileFactory {

  private static final String DEPLOYER = "helmgate-deployer";

  private final CommonConfig common;
  private final ExtAuthzConfig config;
  private final Environment environment;
  private final Providers providers;
  private final Policies policies;
  private final Limits limits;
  private final CallReader decoded =
      new DecodedCalls(new CallDecoder(CallSchema.helmgate(), CallLimits.defaults()));
  private @Nullable AssertionSigner signer;

  ProfileFactory(
      Loaded<ExtAuthzConfig> loaded,
      Environment environment,
      Providers providers,
      Policies policies,
      Limits limits) {
    this.common = loaded.common();
    this.config = loaded.section();
    this.environment = environment;
    this.providers = providers;
    this.policies = policies;
    this.limits = limits;
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
        authenticator(Authenticator.Mode.STRICT, providers.upstreams(common.jwksUri())),
        limits.of(Profiles.DEFAULT, new LimitsConfig.Own(null, null)),
        decoded,
        policy(Profiles.DEFAULT, ProfileConfig.PolicyKeys.none()),
        common.regoQuery(),
        new EnvoyStyle(),
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
    ProfileConfig.Jwt jwt = profile.authentication().jwt();
    List<Provider> callers = providers.of(jwt);
    if (callers.isEmpty() && name.equals(Profiles.DEFAULT) && !jwt.anonymous()) {
      callers = providers.upstreams(common.jwksUri());
    }
    Optional<AssertionMint> mint = Optional.empty();
    ProfileConfig.Assertion assertion = profile.assertion();
    if (assertion != null) {
      mint = Optional.of(mint(assertion.binding(), assertion.audience()));
    } else if (profile.deployerCalls()) {
      mint = mintForCalls();
    }
    return new Profile(
        name,
        authenticator(mode(jwt.validationMode()), callers),
        limits.of(name, profile.limits()),
        calls(name, profile),
        policy(name, profile.policy()),
        query(profile.policy()),
        style(profile.response()),
        mint);
  }

  private CallReader calls(String name, ProfileConfig profile) throws IOException {
    CallReader reader = profile.calls() ? decoder(name, profile.callSchema()) : new NamedCalls();
    return switch (profile.undecodable()) {
      case DENY -> reader;
      case MARK -> new MarkedCalls(reader);
    };
  }

  private CallReader decoder(String name, ProfileConfig.@Nullable CallSchemaKeys keys)
      throws IOException {
    if (keys == null) {
      return decoded;
    }
    ByteString set = ByteString.copyFrom(Files.readAllBytes(Path.of(keys.descriptorSet())));
    try {
      CallSchema schema =
          CallSchema.described(set, Set.copyOf(keys.services()), keys.clientStreams());
      return new DecodedCalls(new CallDecoder(schema, CallLimits.defaults()));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "extauthz.profiles.%s.call_schema: %s: %s"
              .formatted(name, keys.descriptorSet(), e.getMessage()),
          e);
    }
  }

  private static ResponseStyle style(ProfileConfig.Response response) {
    return switch (response.style()) {
      case ENVOY -> new EnvoyStyle();
      case RFC6750 ->
          new BearerStyle(response.realm(), response.scope(), response.resourceMetadata());
      case REGISTRY -> new RegistryStyle(response.realm(), response.service());
    };
  }

  private static Authenticator.Mode mode(ProfileConfig.ValidationMode mode) {
    return switch (mode) {
      case STRICT -> Authenticator.Mode.STRICT;
      case ALLOWMISSING, ANONYMOUS -> Authenticator.Mode.ALLOW_MISSING;
    };
  }

  private Authenticator authenticator(Authenticator.Mode mode, List<Provider> providers) {
    // Nobody can bring a token where no provider is; the configuration says so, in one of two ways.
    Authenticator.Mode effective = providers.isEmpty() ? Authenticator.Mode.ALLOW_MISSING : mode;
    return this.providers.authenticator(effective, providers, environment.clock());
  }

  private Policy policy(String profile, ProfileConfig.PolicyKeys keys)
      throws InvalidPolicyException, IOException, InterruptedException {
    ProfileConfig.RemoteOpa remote = keys.remote();
    if (remote != null) {
      return policies.remote(PolicySources.remote(remote), query(keys));
    }
    if (!keys.hasSource() && common.regoPolicy().isEmpty()) {
      return new AllowEverything();
    }
    return policies.of(
        profile, PolicySources.of(keys, common.regoPolicy()), query(keys), version(keys));
  }

  /**
   * The shadow policies by profile; one that is not usable yet is absent.
   *
   * @throws InvalidPolicyException when a query or certificate is not usable
   */
  Map<String, Policy> shadows() throws InvalidPolicyException, InterruptedException {
    Map<String, Policy> shadows = new LinkedHashMap<>();
    for (Map.Entry<String, ProfileConfig> profile : config.profiles().entrySet()) {
      ProfileConfig.ShadowPolicy shadow = profile.getValue().policy().shadow();
      if (shadow != null) {
        ProfileConfig.PolicyKeys keys = shadow.keys();
        String query = keys.query().isEmpty() ? query(profile.getValue().policy()) : keys.query();
        String name = profile.getKey();
        shadows.put(name, policies.shadow(name, PolicySources.of(keys, ""), query, version(keys)));
      }
    }
    return shadows;
  }

  private RegoVersion version(ProfileConfig.PolicyKeys keys) {
    String version = keys.regoVersion().isEmpty() ? common.regoVersion() : keys.regoVersion();
    return RegoVersion.valueOf(version.toUpperCase(Locale.ROOT));
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
