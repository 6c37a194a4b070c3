package io.helmgate.sandbox;

/** A part of the system that a sandbox may be started without. */
public enum Component {
  CLUSTER,
  KEYCLOAK,
  CHARTS,
  EXTAUTHZ,
  DEPLOYER,
  ENVOY
}
