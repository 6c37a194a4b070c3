package io.helmgate.extauthz.keys;

/** What came of checking a signature with one key. */
public enum SignatureCheck {
  GOOD,
  BAD,
  /** An Ed25519 signature that has not 64 bytes: no key can make it good. */
  WRONG_LENGTH
}
