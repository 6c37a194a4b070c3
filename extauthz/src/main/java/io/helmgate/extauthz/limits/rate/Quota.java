package io.helmgate.extauthz.limits.rate;

import java.util.Locale;

/** Whose calls are counted together. */
public enum Quota {
  /** All calls of an organisation, which a claim names. */
  ORGANISATION,
  /** All calls of a user, whom a claim names. */
  USER,
  /** All calls without a token from one address. */
  ADDRESS,
  /** All tokens from one address that were not accepted. */
  FAILED_TOKENS;

  /** The name in headers, labels and keys. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
