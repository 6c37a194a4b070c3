package io.helmgate.extauthz.config;

import io.helmgate.extauthz.profile.Profiles;
import io.helmgate.kit.config.CommonConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A setting that only {@code allow_insecure: true} makes acceptable.
 *
 * @param key the key that should be changed, as a path from the top
 * @param expected what would be right
 * @param consequence what it means that it is not, for the operator
 */
public record InsecureSetting(String key, String expected, String consequence) {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** All such settings of a configuration. */
  public static List<InsecureSetting> of(CommonConfig common, ExtAuthzConfig config) {
    List<InsecureSetting> found = new ArrayList<>();
    if (!config.tls().enabled()) {
      found.add(
          new InsecureSetting(
              "extauthz.tls",
              "cert_file, key_file, client_ca_file and client_sans",
              "Envoy is answered without TLS"));
    }
    String records = config.decisionLog().http().url();
    if (plainText(records)) {
      found.add(
          new InsecureSetting(
              "extauthz.decision_log.http.url",
              "https, or http on a loopback address",
              "decision records are sent without TLS to " + uri(records).getHost()));
    }
    redis(config.limits().rate().redis(), found);
    if (config.profiles().isEmpty()) {
      upstreamsKeys(common, found);
    }
    config.profiles().forEach((name, profile) -> profile(common, name, profile, found));
    return List.copyOf(found);
  }

  private static void redis(LimitsConfig.Redis redis, List<InsecureSetting> found) {
    String address = redis.address();
    if (!address.isEmpty()
        && !redis.tls()
        && !LOOPBACK.contains(address.substring(0, address.lastIndexOf(':')))) {
      found.add(
          new InsecureSetting(
              "extauthz.limits.rate.redis.tls",
              "true, or a loopback address",
              "limits are counted without TLS by Redis at " + address));
    }
  }

  private static void upstreamsKeys(CommonConfig common, List<InsecureSetting> found) {
    if (common.jwksUri().isEmpty()) {
      found.add(
          new InsecureSetting(
              "jwks_uri", "a URL, or extauthz.profiles", "callers are not authenticated"));
    } else {
      url("jwks_uri", common.jwksUri(), found);
    }
    if (common.regoPolicy().isEmpty()) {
      found.add(
          new InsecureSetting(
              "rego_policy", "a policy, or extauthz.profiles", "every call is allowed"));
    }
  }

  private static void profile(
      CommonConfig common, String name, ProfileConfig profile, List<InsecureSetting> found) {
    String path = "extauthz.profiles." + name;
    ProfileConfig.Authentication authentication = profile.authentication();
    List<ProfileConfig.Provider> configured = authentication.jwt().providers();
    boolean nobody = configured.isEmpty() && !authentication.jwt().anonymous();
    if (nobody && name.equals(Profiles.DEFAULT) && !common.jwksUri().isEmpty()) {
      url("jwks_uri", common.jwksUri(), found);
    } else if (nobody) {
      found.add(
          new InsecureSetting(
              path + ".authentication.providers",
              "at least one provider",
              "callers of profile " + name + " are not authenticated"));
    }
    for (ProfileConfig.Provider provider : configured) {
      String at = path + ".authentication." + authentication.place(provider);
      ProfileConfig.Jwks jwks = provider.jwks();
      if (jwks == null) {
        url(at + ".issuer", provider.issuer(), found);
      } else if (jwks.remote() != null) {
        url(at + ".jwks.remote.url", jwks.remote().url(), found);
      }
    }
    policy(path + ".policy", profile.policy(), found);
    if (!profile.policy().hasSource() && common.regoPolicy().isEmpty()) {
      found.add(
          new InsecureSetting(
              path + ".policy.file",
              "a file, or rego_policy at the top level",
              "every call of profile " + name + " is allowed"));
    }
  }

  private static void policy(
      String path, ProfileConfig.PolicyKeys policy, List<InsecureSetting> found) {
    ProfileConfig.RemoteOpa remote = policy.remote();
    if (remote != null && plainText(remote.url())) {
      found.add(
          new InsecureSetting(
              path + ".remote.url",
              "https, or http on a loopback address",
              "a policy is asked without TLS at " + uri(remote.url()).getHost()));
    }
    ProfileConfig.ShadowPolicy shadow = policy.shadow();
    if (shadow != null) {
      policy(path + ".shadow", shadow.keys(), found);
    }
    ProfileConfig.Bundle bundle = policy.bundle();
    if (bundle != null && plainText(bundle.url())) {
      String host = uri(bundle.url()).getHost();
      if (policy.verification() == null) {
        found.add(
            new InsecureSetting(
                path + ".bundle.url",
                "https, http on a loopback address, or verification",
                "a policy is fetched without TLS or signature from " + host));
      } else if (!bundle.token().isEmpty()) {
        found.add(
            new InsecureSetting(
                path + ".bundle.token", "https", "a token is sent without TLS to " + host));
      }
    }
  }

  private static void url(String key, String url, List<InsecureSetting> found) {
    if (plainText(url)) {
      found.add(
          new InsecureSetting(
              key,
              "https, or http on a loopback address",
              "keys are fetched without TLS from " + uri(url).getHost()));
    }
  }

  private static boolean plainText(String url) {
    URI uri = uri(url);
    return "http".equalsIgnoreCase(uri.getScheme())
        && !LOOPBACK.contains(String.valueOf(uri.getHost()));
  }

  /** The URI; an empty one when it is none, which other rules report. */
  private static URI uri(String url) {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      return URI.create("");
    }
  }
}
