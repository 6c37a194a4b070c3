package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.release.HookLog;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.StoredRevision;
import java.util.List;

/**
 * A revision with what was looked at for it.
 *
 * @param resources its objects on the cluster; none when they were not asked for
 * @param logs of its tests; none when they were not asked for
 */
record SeenRevision(StoredRevision stored, List<ObjectStatus> resources, List<HookLog> logs) {}
