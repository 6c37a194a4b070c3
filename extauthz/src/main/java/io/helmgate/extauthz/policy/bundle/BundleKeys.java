package io.helmgate.extauthz.policy.bundle;

import io.helmgate.kit.config.Secret;
import java.util.List;

/**
 * Who may sign a bundle.
 *
 * @param keys public keys (PEM, JSON Web Key or Key Set) or shared secrets (JSON Web Keys with
 *     {@code alg})
 * @param scope what the signature's {@code scope} must be; empty means that it must have none
 * @param algorithms accepted JOSE algorithms; empty means all that fit the keys
 */
public record BundleKeys(Secret keys, String scope, List<String> algorithms) {

  public BundleKeys {
    algorithms = List.copyOf(algorithms);
  }
}
