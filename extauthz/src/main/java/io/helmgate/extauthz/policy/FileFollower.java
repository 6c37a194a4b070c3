package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.policy.source.PolicySnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a policy's files. They are compared by content: that sees every way of writing a file
 * (in place, by rename, by a ConfigMap's change of links, on a network file system), which file
 * events do not. New content counts once two readings in a row agree, so that a half-written file
 * is not taken.
 */
final class FileFollower implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(FileFollower.class);
  private static final String NOTHING = "";

  private final LivePolicy policy;
  private final PolicyLoader loader;
  private String lastSeen;
  private String lastTried;

  FileFollower(LivePolicy policy, PolicyLoader loader, String firstDigest) {
    this.policy = policy;
    this.loader = loader;
    this.lastSeen = firstDigest;
    this.lastTried = firstDigest;
  }

  @Override
  public void run() {
    try {
      PolicySnapshot sources = loader.read();
      boolean settled = sources.digest().equals(lastSeen);
      lastSeen = sources.digest();
      if (settled && !sources.digest().equals(lastTried)) {
        lastTried = sources.digest();
        policy.putIntoForce(sources);
      }
    } catch (InvalidPolicyException e) {
      if (!e.isAboutContent()) {
        lastTried = NOTHING;
      }
      policy.report(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The edge of this thread: anything thrown would end the polling for good.
      LOG.error("Following the policy's files failed", e);
    }
  }
}
