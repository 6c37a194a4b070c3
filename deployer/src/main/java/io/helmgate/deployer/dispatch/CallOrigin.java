package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.release.Caller;
import io.helmgate.kit.call.Transport;

/**
 * Where a call comes from.
 *
 * @param requestId {@code x-request-id} of the request, given by Envoy; empty when it has none
 */
public record CallOrigin(Caller caller, Transport transport, String requestId) {}
