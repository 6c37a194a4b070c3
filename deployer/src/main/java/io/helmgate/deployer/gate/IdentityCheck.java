package io.helmgate.deployer.gate;

import com.google.rpc.Code;
import com.linecorp.armeria.common.RequestHeaders;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.release.Caller;
import io.helmgate.kit.assertion.AssertionVerifier;
import io.helmgate.kit.assertion.Verification;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads who calls from the assertion of a request. */
final class IdentityCheck {

  static final String ASSERTION = "x-helmgate-assertion";

  private static final Logger LOG = LoggerFactory.getLogger(IdentityCheck.class);

  private final AssertionVerifier verifier;

  IdentityCheck(AssertionVerifier verifier) {
    this.verifier = verifier;
  }

  /** Who calls, or why nobody is believed to. */
  sealed interface Identity {

    /**
     * A verified caller.
     *
     * @param callDigest digest of the calls that were allowed; empty when the assertion allows none
     *     by itself
     */
    record Known(Caller caller, Optional<String> callDigest) implements Identity {}

    record Refused(Fault fault) implements Identity {}
  }

  Identity identify(RequestHeaders headers) {
    var assertions = headers.getAll(ASSERTION);
    if (assertions.size() != 1) {
      return new Identity.Refused(
          Fault.of(
              Code.UNAUTHENTICATED,
              assertions.isEmpty() ? "assertion is missing" : "more than one assertion"));
    }
    return switch (verifier.verify(assertions.getFirst())) {
      case Verification.Verified(var assertion) -> {
        var caller =
            new Caller(
                assertion.subject(),
                assertion.groups(),
                assertion.decisionId(),
                assertion.tokenExpiresAt().orElse(Instant.MAX));
        yield new Identity.Known(caller, assertion.callDigest());
      }
      case Verification.Rejected(var reason) -> {
        // The reason is for the operator: who forges an assertion is not told how it failed.
        LOG.warn("assertion rejected: {}", reason);
        yield new Identity.Refused(Fault.of(Code.UNAUTHENTICATED, "assertion is not valid"));
      }
    };
  }
}
