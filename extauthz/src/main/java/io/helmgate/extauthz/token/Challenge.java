package io.helmgate.extauthz.token;

import io.helmgate.extauthz.decision.AuthRequest;

/** The {@code WWW-Authenticate} header as Envoy's jwt_authn writes it. */
public final class Challenge {

  private static final int MAX_PATH = 256;

  private Challenge() {}

  /** The header's value for a failure. */
  public static String of(AuthRequest.Line line, TokenFailure failure) {
    String path = line.path();
    String uri =
        line.scheme() + "://" + line.host() + path.substring(0, Math.min(path.length(), MAX_PATH));
    // Nothing from the request may end the quoted string.
    String realm = uri.replace("\\", "%5C").replace("\"", "%22");
    return "Bearer realm=\""
        + realm
        + '"'
        + (failure.invalidToken() ? ", error=\"invalid_token\"" : "");
  }
}
