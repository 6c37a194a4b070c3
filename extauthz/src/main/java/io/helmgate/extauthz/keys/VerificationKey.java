package io.helmgate.extauthz.keys;

/** One public key of a provider, ready to check signatures. */
public final class VerificationKey {

  /** Checks a signature with a key of one type. */
  @FunctionalInterface
  interface Checker {
    /**
     * Checks a signature.
     *
     * @param alg JOSE algorithm; one that does not fit the key's type is {@link SignatureCheck#BAD}
     * @param signed the signed bytes
     * @param signature the signature in JOSE form
     */
    SignatureCheck check(String alg, byte[] signed, byte[] signature);
  }

  private final String kid;
  private final String alg;
  private final String identity;
  private final Checker checker;

  /**
   * Makes a key.
   *
   * @param identity the same for two keys only when they are the same key
   */
  VerificationKey(String kid, String alg, String identity, Checker checker) {
    this.kid = kid;
    this.identity = kid + '\n' + alg + '\n' + identity;
    this.alg = alg;
    this.checker = checker;
  }

  /** The same for two keys only when they are the same key under the same names. */
  String identity() {
    return identity;
  }

  /** The key id; empty when the key has none. */
  public String kid() {
    return kid;
  }

  /**
   * Whether a token that says this may have been signed by this key, by Envoy's rule: what one side
   * leaves out is not compared.
   */
  boolean matches(String tokenKid, String tokenAlg) {
    return (kid.isEmpty() || tokenKid.isEmpty() || kid.equals(tokenKid))
        && (alg.isEmpty() || alg.equals(tokenAlg));
  }

  /**
   * Checks a signature.
   *
   * @param alg the token's algorithm
   * @param signed the signed bytes
   * @param signature the decoded signature
   */
  public SignatureCheck check(String alg, byte[] signed, byte[] signature) {
    return checker.check(alg, signed, signature);
  }
}
