package io.helmgate.deployer.catalog;

/** What the signature file (.prov) of a chart's archive proves. */
public sealed interface Provenance {

  /** There is none. */
  record Unsigned() implements Provenance {}

  /** There is one, and no keyring to hold it against. */
  record Unchecked() implements Provenance {}

  /**
   * A key of the keyring signed this archive.
   *
   * @param signer the key's first user ID
   * @param fingerprint the key's, in upper-case hexadecimal
   */
  record Verified(String signer, String fingerprint) implements Provenance {}

  /**
   * It does not vouch for this archive.
   *
   * @param problem why, for the caller to read
   */
  record Failed(String problem) implements Provenance {}
}
