package io.helmgate.deployer.release;

/** What happens to the dependents of deleted objects, such as the pods of a Deployment. */
public enum Propagation {
  /** They are deleted afterwards. */
  BACKGROUND,
  /** They are deleted first. */
  FOREGROUND,
  /** They stay. */
  ORPHAN
}
