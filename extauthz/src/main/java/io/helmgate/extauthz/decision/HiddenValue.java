package io.helmgate.extauthz.decision;

/** A header's value that only the reply to Envoy may show. */
public final class HiddenValue {

  private final String value;

  public HiddenValue(String value) {
    this.value = value;
  }

  /** The value itself, for the reply to Envoy. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "***";
  }
}
