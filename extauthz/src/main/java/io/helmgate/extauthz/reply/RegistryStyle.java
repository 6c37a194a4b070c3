package io.helmgate.extauthz.reply;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.ReplyForm;
import io.helmgate.extauthz.token.TokenFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Challenges of chart repositories (ChartMuseum) and container registries (distribution's token
 * authentication): they send the client to a token server with the scope that it needs.
 *
 * @param realm URL of the token server
 * @param service name of the registry at the token server
 */
public record RegistryStyle(String realm, String service) implements ResponseStyle {

  private static final int UNAUTHORIZED = 401;

  @Override
  public Decision.Deny rejected(AuthRequest request, DenyReason reason, TokenFailure failure) {
    return challenged(
        request, reason, failure == TokenFailure.MISSING ? "" : "invalid_token", failure.text());
  }

  @Override
  public Decision.Deny forbidden(
      AuthRequest request, DenyReason reason, boolean authenticated, String message) {
    // Not 403: clients fetch another token with the scope only on 401.
    return challenged(request, reason, authenticated ? "insufficient_scope" : "", message);
  }

  private Decision.Deny challenged(
      AuthRequest request, DenyReason reason, String error, String message) {
    AuthRequest.Line line = request.line();
    BearerChallenge challenge =
        new BearerChallenge()
            .with("realm", realm)
            .with("service", service)
            .with("scope", RegistryScope.of(line.method(), line.path()).orElse(""))
            .with("error", error);
    Map<String, List<String>> headers = new LinkedHashMap<>(challenge.header());
    if (RegistryScope.isDistribution(line.path())) {
      headers.put("docker-distribution-api-version", List.of("registry/2.0"));
    }
    return RefusalBody.of(form(), UNAUTHORIZED, message)
        .deny(request, reason, UNAUTHORIZED, headers);
  }

  @Override
  public ReplyForm form() {
    return ReplyForm.REGISTRY;
  }
}
