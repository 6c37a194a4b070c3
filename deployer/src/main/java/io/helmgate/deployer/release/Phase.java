package io.helmgate.deployer.release;

/** How far a write is. Its phases follow each other in this order, and may be left out. */
public enum Phase {
  /** Accepted; nothing was done yet. */
  QUEUED,
  /** The chart is fetched and checked. */
  FETCHING,
  /** The chart is rendered. */
  RENDERING,

  /** The cluster is asked whether it would let Helm do it all. */
  CHECKING,

  /**
   * Helm renders the chart, applies its objects and runs its install, upgrade or rollback hooks.
   */
  APPLYING,
  /** Delete hooks or tests are run. */
  HOOKS,
  /** The release's objects are waited for. */
  WAITING,
  /** It has ended. */
  DONE
}
