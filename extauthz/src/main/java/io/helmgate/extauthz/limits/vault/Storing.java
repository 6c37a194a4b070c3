package io.helmgate.extauthz.limits.vault;

/** What came of storing a secret. */
public sealed interface Storing {

  /** It is stored. */
  record Stored() implements Storing {}

  /**
   * There is no room, so it was zeroed and not stored.
   *
   * @param entries how many there are, which is the most
   */
  record Full(int entries) implements Storing {}
}
