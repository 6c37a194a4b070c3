package io.helmgate.extauthz;

import io.helmgate.extauthz.config.ProfileConfig;
import io.helmgate.extauthz.policy.bundle.BundleKeys;
import io.helmgate.extauthz.policy.bundle.BundleServerConfig;
import io.helmgate.extauthz.policy.remote.RemoteOpaConfig;
import io.helmgate.extauthz.policy.source.PolicySource;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads from the configuration where a policy is. */
final class PolicySources {

  private PolicySources() {}

  /**
   * The source of a policy.
   *
   * @param inline the top level's policy, where the keys name none
   */
  static PolicySource of(ProfileConfig.PolicyKeys keys, String inline) {
    Optional<BundleKeys> trusted =
        Optional.ofNullable(keys.verification())
            .map(found -> new BundleKeys(found.keys(), found.scope(), found.algorithms()));
    ProfileConfig.Bundle bundle = keys.bundle();
    if (bundle != null) {
      return new PolicySource.ServedBundle(server(bundle), trusted);
    }
    if (keys.file().isEmpty()) {
      return new PolicySource.Inline(inline);
    }
    Path file = Path.of(keys.file());
    return keys.file().endsWith(PolicySource.BUNDLE_SUFFIX)
        ? new PolicySource.BundleFile(file, trusted)
        : new PolicySource.Files(List.of(file));
  }

  /** An OPA server that is asked. */
  static RemoteOpaConfig remote(ProfileConfig.RemoteOpa remote) {
    return new RemoteOpaConfig(
        URI.create(remote.url()),
        remote.token(),
        remote.caFile().isEmpty() ? Optional.empty() : Optional.of(Path.of(remote.caFile())),
        remote.timeout(),
        remote.maxConnections());
  }

  private static BundleServerConfig server(ProfileConfig.Bundle bundle) {
    URI url = URI.create(bundle.url());
    return new BundleServerConfig(
        bundle.name().isEmpty() ? PolicySource.bundleName(url.getPath()) : bundle.name(),
        url,
        bundle.token(),
        bundle.caFile().isEmpty() ? Optional.empty() : Optional.of(Path.of(bundle.caFile())),
        bundle.hold(),
        bundle.minDelay(),
        bundle.maxDelay(),
        bundle.timeout(),
        bundle.maxBytes().toInt());
  }
}
