package io.helmgate.extauthz.reply;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.ReplyForm;
import io.helmgate.extauthz.token.TokenFailure;

/**
 * Challenges by RFC 6750 §3 and RFC 9728 §5.1, bodies by RFC 9457.
 *
 * @param realm the realm; empty for scheme and host of the request
 * @param scope scopes that a token needs, separated by spaces; may be empty
 * @param resourceMetadata URL of the protected resource's metadata; may be empty
 */
public record BearerStyle(String realm, String scope, String resourceMetadata)
    implements ResponseStyle {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  @Override
  public Decision.Deny rejected(AuthRequest request, DenyReason reason, TokenFailure failure) {
    // A request without a token gets no error code (RFC 6750 §3.1).
    BearerChallenge challenge =
        failure == TokenFailure.MISSING
            ? challenge(request, "", "")
            : challenge(request, "invalid_token", failure.text());
    return RefusalBody.of(form(), UNAUTHORIZED, failure.text())
        .deny(request, reason, UNAUTHORIZED, challenge.header());
  }

  @Override
  public Decision.Deny forbidden(
      AuthRequest request, DenyReason reason, boolean authenticated, String message) {
    return authenticated
        ? RefusalBody.of(form(), FORBIDDEN, message)
            .deny(
                request,
                reason,
                FORBIDDEN,
                challenge(request, "insufficient_scope", message).header())
        : RefusalBody.of(form(), UNAUTHORIZED, message)
            .deny(request, reason, UNAUTHORIZED, challenge(request, "", "").header());
  }

  private BearerChallenge challenge(AuthRequest request, String error, String description) {
    AuthRequest.Line line = request.line();
    return new BearerChallenge()
        .with("realm", realm.isEmpty() ? line.scheme() + "://" + line.host() : realm)
        .with("scope", scope)
        .with("error", error)
        .with("error_description", description)
        .with("resource_metadata", resourceMetadata);
  }

  @Override
  public ReplyForm form() {
    return ReplyForm.PROBLEM;
  }
}
