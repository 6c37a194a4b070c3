package io.helmgate.extauthz.reply;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.ReplyForm;
import io.helmgate.extauthz.token.Challenge;
import io.helmgate.extauthz.token.TokenFailure;
import java.util.List;
import java.util.Map;

/** Status, text and challenge as Envoy's jwt_authn gives them. */
public record EnvoyStyle() implements ResponseStyle {

  private static final int FORBIDDEN = 403;

  @Override
  public Decision.Deny rejected(AuthRequest request, DenyReason reason, TokenFailure failure) {
    return new Decision.Deny(
        reason,
        failure.httpStatus(),
        Map.of("www-authenticate", List.of(Challenge.of(request.line(), failure))),
        failure.text());
  }

  @Override
  public Decision.Deny forbidden(
      AuthRequest request, DenyReason reason, boolean authenticated, String message) {
    return refused(request, reason, FORBIDDEN, message);
  }

  @Override
  public ReplyForm form() {
    return ReplyForm.TEXT;
  }
}
