package io.helmgate.kit.call;

import java.util.List;
import java.util.Optional;

/** What a request turned out to be. */
public sealed interface Decoding {

  /**
   * The request makes these calls, at least one.
   *
   * @param transport how the calls were made
   * @param calls the calls in document order
   * @param graphql the document that makes them; empty on other transports
   */
  record Decoded(Transport transport, List<Call> calls, Optional<GraphqlRequest> graphql)
      implements Decoding {

    /** Calls of a transport other than GraphQL. */
    public Decoded(Transport transport, List<Call> calls) {
      this(transport, calls, Optional.empty());
    }
  }

  /**
   * The request is not one that may be executed.
   *
   * @param reason why, and with it the HTTP status
   * @param message what is wrong, fit to be shown to the client
   */
  record Refused(Refusal reason, String message) implements Decoding {}
}
