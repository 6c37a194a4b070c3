package io.helmgate.extauthz.reply;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.ReplyForm;
import io.helmgate.extauthz.token.TokenFailure;

/** Writes the refusals of a profile. For gRPC callers the body becomes the status message. */
public sealed interface ResponseStyle permits BearerStyle, EnvoyStyle, RegistryStyle {

  /** The request has no acceptable token. */
  Decision.Deny rejected(AuthRequest request, DenyReason reason, TokenFailure failure);

  /**
   * The policy lets this caller not do this, and says no more.
   *
   * @param authenticated whether the caller brought a good token
   */
  Decision.Deny forbidden(
      AuthRequest request, DenyReason reason, boolean authenticated, String message);

  /** No other token would help. */
  default Decision.Deny refused(
      AuthRequest request, DenyReason reason, int httpStatus, String message) {
    return RefusalBody.of(form(), httpStatus, message).deny(request, reason, httpStatus);
  }

  /** How this style writes bodies. */
  ReplyForm form();
}
