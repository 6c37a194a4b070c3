package io.helmgate.extauthz.call;

import io.helmgate.extauthz.decision.AuthRequest;

/** Finds the calls of a request. */
public sealed interface CallReader permits DecodedCalls, NamedCalls {

  ApiCalls read(AuthRequest request);
}
