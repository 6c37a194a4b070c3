package io.helmgate.extauthz.keys;

import java.io.Serial;

/** A key set that cannot be used; the message says why and is fit for a log. */
public final class InvalidKeySetException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  InvalidKeySetException(String message) {
    super(message);
  }

  InvalidKeySetException(String message, Throwable cause) {
    super(message, cause);
  }
}
