package io.helmgate.deployer.playground;

import java.net.URI;
import java.util.List;

/**
 * How people log in.
 *
 * @param issuer an OpenID provider that lets public clients in by PKCE
 * @param clientId the page's at the issuer
 * @param scopes what is asked for besides {@code openid}
 */
public record PlaygroundSettings(URI issuer, String clientId, List<String> scopes) {

  public PlaygroundSettings {
    scopes = List.copyOf(scopes);
  }

  /** The issuer's origin, RFC 6454. */
  String issuerOrigin() {
    return issuer.getScheme() + "://" + issuer.getRawAuthority();
  }
}
