package io.helmgate.extauthz.call;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.kit.call.NormalPath;

/** Lets a policy judge requests that cannot be decoded. */
public record MarkedCalls(CallReader reader) implements CallReader {

  @Override
  public ApiCalls read(AuthRequest request) {
    ApiCalls calls = reader.read(request);
    // Servers may disagree on another path, so no policy can judge it.
    return NormalPath.of(request.line().path()).isPresent() ? calls.marked() : calls;
  }

  @Override
  public boolean marks() {
    return true;
  }
}
