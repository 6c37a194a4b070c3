package io.helmgate.extauthz.call;

import java.util.List;
import java.util.Optional;

/** What is known of a request's calls. */
public sealed interface ApiCalls {

  /**
   * The request makes these calls.
   *
   * @param calls in the order of the document; empty when the profile does not decode and the
   *     request is no gRPC call
   * @param digest digest over all calls, which an upstream can compute again; empty when the
   *     requests were not decoded
   * @param decodeError why the request could not be decoded, fit for the policy
   */
  record Known(List<ApiCall> calls, Optional<String> digest, Optional<String> decodeError)
      implements ApiCalls {

    static Known of(List<ApiCall> calls, Optional<String> digest) {
      return new Known(calls, digest, Optional.empty());
    }
  }

  /**
   * The request is not one that may be executed.
   *
   * @param httpStatus status of the reply
   * @param message what is wrong, fit for the client
   * @param style form of the reply
   */
  record Refused(int httpStatus, String message, ReplyStyle style) implements ApiCalls {}

  /** The body did not arrive whole, so nobody can tell. */
  record Truncated(ReplyStyle style) implements ApiCalls {}

  /** The same, with what cannot be decoded as a request without calls, for a policy to judge. */
  default ApiCalls marked() {
    return switch (this) {
      case Known known -> known;
      case Refused refused ->
          new Known(List.of(), Optional.empty(), Optional.of(refused.message()));
      case Truncated truncated -> Known.of(List.of(), Optional.empty());
    };
  }
}
