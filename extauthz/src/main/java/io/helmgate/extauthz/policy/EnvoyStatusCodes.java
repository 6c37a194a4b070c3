package io.helmgate.extauthz.policy;

import java.util.stream.IntStream;

/** The HTTP statuses that Envoy can reply with ({@code envoy.type.v3.StatusCode}). */
final class EnvoyStatusCodes {

  private EnvoyStatusCodes() {}

  static boolean contains(int status) {
    return status == 100
        || within(status, 200, 208)
        || status == 226
        || (within(status, 300, 308) && status != 306)
        || within(status, 400, 417)
        || (within(status, 421, 431) && status != 425 && status != 427 && status != 430)
        || (within(status, 500, 511) && status != 509);
  }

  /** All of them, for comparison with Envoy's own list. */
  static IntStream all() {
    return IntStream.rangeClosed(100, 599).filter(EnvoyStatusCodes::contains);
  }

  private static boolean within(int status, int first, int last) {
    return first <= status && status <= last;
  }
}
