package io.helmgate.extauthz.policy.source;

import java.util.Locale;

/** The syntax that policies are written in: Rego v1 (OPA 1.0 and later) or v0. */
public enum RegoVersion {
  V0("--v0-compatible"),
  V1("--v1-compatible");

  private final String flag;

  RegoVersion(String flag) {
    this.flag = flag;
  }

  /** The option of the {@code opa} command. */
  String flag() {
    return flag;
  }

  /** The value of the configuration key {@code rego_version}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  RegoVersion other() {
    return this == V0 ? V1 : V0;
  }
}
