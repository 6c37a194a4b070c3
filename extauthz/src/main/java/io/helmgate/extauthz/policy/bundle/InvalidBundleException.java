package io.helmgate.extauthz.policy.bundle;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A bundle that can't be used; the message says which part is wrong. */
public final class InvalidBundleException extends IOException {

  InvalidBundleException(String message) {
    this(message, null);
  }

  InvalidBundleException(String message, @Nullable Throwable cause) {
    super("bundle: " + message, cause);
  }
}
