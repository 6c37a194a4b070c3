package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.util.Optional;

/**
 * An install or upgrade that could be carried out now.
 *
 * @param report what the cluster says to it
 * @param newNamespace whether it creates the namespace of the release
 * @param old the revision that an upgrade goes on from
 */
record Draft(
    FetchedChart chart,
    Values values,
    Rendering rendering,
    Preflight.Report report,
    boolean newNamespace,
    Optional<StoredRevision> old) {}
