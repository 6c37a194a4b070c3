package io.helmgate.e2e.client;

import com.google.rpc.Code;
import java.util.Optional;

/**
 * What a client got back.
 *
 * @param code outcome as a gRPC code; for HTTP clients read from the body, else from the status
 * @param message error message; empty on success
 * @param value the response on success
 */
public record Reply<T>(Code code, String message, Optional<T> value) {

  static <T> Reply<T> ok(T value) {
    return new Reply<>(Code.OK, "", Optional.of(value));
  }

  static <T> Reply<T> error(Code code, String message) {
    return new Reply<>(code, message, Optional.empty());
  }

  /** The response, or an error that shows what came instead. */
  public T orThrow() {
    return value.orElseThrow(() -> new AssertionError("call failed: " + code + " " + message));
  }
}
