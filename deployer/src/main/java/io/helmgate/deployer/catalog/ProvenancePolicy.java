package io.helmgate.deployer.catalog;

/** Whether charts of a repository must be signed to be deployed. */
public enum ProvenancePolicy {
  OFF,
  /** If signed, then rightly. */
  VERIFY,
  REQUIRE
}
