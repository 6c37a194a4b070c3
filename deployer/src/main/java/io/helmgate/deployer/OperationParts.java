package io.helmgate.deployer;

import io.helmgate.deployer.audit.OperationAudit;
import io.helmgate.deployer.kubernetes.OperationSecrets;
import io.helmgate.deployer.kubernetes.Pause;
import io.helmgate.deployer.kubernetes.ReleaseLeases;
import io.helmgate.deployer.kubernetes.ServiceApi;
import io.helmgate.deployer.operation.OperationPorts;
import io.helmgate.deployer.operation.OperationSettings;
import io.helmgate.deployer.operation.Operations;
import io.helmgate.deployer.operation.Recovery;
import io.helmgate.deployer.release.HelmReleases;
import io.helmgate.deployer.release.ReleasePorts;
import io.helmgate.kit.lifecycle.Closer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Operations, put together with where they are kept, and the recovery of those that were left. */
final class OperationParts {

  private static final Logger LOG = LoggerFactory.getLogger(OperationParts.class);

  private OperationParts() {}

  /** What operations on a cluster need, where their state is kept on that cluster. */
  static OperationPorts ports(
      String cluster,
      String replica,
      Duration lease,
      ServiceApi state,
      ReleasePorts releases,
      HelmReleases writes,
      ScheduledExecutorService timer) {
    return new OperationPorts(
        releases.cluster(),
        releases.store(),
        writes,
        new OperationSecrets(state, Pause.by(timer)),
        new ReleaseLeases(state, replica, lease, Clock.systemUTC()),
        new OperationAudit(cluster));
  }

  static Operations start(OperationPorts ports, OperationSettings settings, Closer closer) {
    var clock = Clock.systemUTC();
    var operations =
        closer.register("operations", new Operations(ports, settings, clock, new SecureRandom()));
    var recovery = new Recovery(ports, settings, clock, System::nanoTime);
    var looks =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("recovery").factory());
    closer.onClose("recovery", looks::shutdownNow);
    long between = Math.max(1, ports.locks().duration().toMillis() / 3);
    var _ = looks.scheduleWithFixedDelay(() -> look(recovery), 0, between, TimeUnit.MILLISECONDS);
    return operations;
  }

  private static void look(Recovery recovery) {
    try {
      recovery.look();
    } catch (RuntimeException e) {
      LOG.error("the recovery of operations failed unexpectedly", e);
    }
  }
}
