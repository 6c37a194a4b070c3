package io.helmgate.extauthz.call;

import io.helmgate.extauthz.decision.AuthRequest;

/** Finds the calls of a request. */
public sealed interface CallReader permits DecodedCalls, MarkedCalls, NamedCalls {

  ApiCalls read(AuthRequest request);

  /** Whether a body that cannot be read is for the policy to judge, instead of refused. */
  default boolean marks() {
    return false;
  }
}
