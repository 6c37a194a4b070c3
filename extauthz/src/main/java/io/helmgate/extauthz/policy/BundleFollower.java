package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.policy.bundle.BundleKeys;
import io.helmgate.extauthz.policy.bundle.BundleServer;
import io.helmgate.extauthz.policy.bundle.InvalidBundleException;
import io.helmgate.extauthz.policy.bundle.PolicyBundle;
import io.helmgate.extauthz.policy.source.PolicySnapshot;
import io.helmgate.extauthz.policy.source.PolicySource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts into force what a bundle server has. */
final class BundleFollower implements Runnable, BundleServer.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BundleFollower.class);
  private static final Duration AFTER_FAULT = Duration.ofSeconds(10);

  private final BundleServer server;
  private final Optional<BundleKeys> keys;
  private final LivePolicy policy;
  private final ScheduledExecutorService scheduler;

  /** Whether the server could not be reached, so that its next answer ends the trouble. */
  private boolean unreachable;

  private BundleFollower(
      BundleServer server,
      Optional<BundleKeys> keys,
      LivePolicy policy,
      ScheduledExecutorService scheduler) {
    this.server = server;
    this.keys = keys;
    this.policy = policy;
    this.scheduler = scheduler;
  }

  static BundleFollower of(
      PolicySource.ServedBundle served,
      LivePolicy policy,
      RandomGenerator random,
      ScheduledExecutorService scheduler)
      throws InvalidPolicyException {
    try {
      return new BundleFollower(
          new BundleServer(served.server(), random), served.keys(), policy, scheduler);
    } catch (IOException e) {
      throw InvalidPolicyException.unavailable("bundle server: " + e.getMessage(), e);
    }
  }

  void start() {
    scheduler.execute(this);
  }

  @Override
  public void run() {
    Duration pause = AFTER_FAULT;
    try {
      pause = server.ask(this);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      // The edge of this thread: anything thrown would end the polling for good.
      LOG.error("Following the bundle server failed", e);
    }
    try {
      var unusedNext = scheduler.schedule(this, pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The policy was closed while its server was asked");
    }
  }

  @Override
  public boolean arrived(byte[] archive) throws InterruptedException {
    unreachable = false;
    try {
      PolicyBundle bundle = PolicyBundle.read(archive, keys, PolicySnapshot.maxBytes());
      policy.putIntoForce(PolicySnapshot.of(bundle));
      return true;
    } catch (InvalidBundleException e) {
      policy.report(String.valueOf(e.getMessage()));
      return true;
    } catch (InvalidPolicyException e) {
      policy.report(String.valueOf(e.getMessage()));
      return e.isAboutContent();
    }
  }

  @Override
  public void unchanged() {
    // What was refused stays refused: only trouble with the server is over.
    if (unreachable) {
      unreachable = false;
      policy.confirm();
    }
  }

  @Override
  public void failed(String problem) {
    unreachable = true;
    policy.report("bundle server: " + problem);
  }

  @Override
  public void close() {
    server.close();
  }
}
