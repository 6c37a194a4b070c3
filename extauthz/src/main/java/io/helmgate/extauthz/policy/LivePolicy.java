package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.policy.source.OpaInsight;
import io.helmgate.extauthz.policy.source.PolicySnapshot;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import io.helmgate.extauthz.policy.wasm.WasmPolicy;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy that follows its files.
 *
 * <p>The files are read every {@link PolicyConfig#pollInterval} and compared by content: that sees
 * every way of writing a file (in place, by rename, by a ConfigMap's change of links, on a network
 * file system), which file events do not. New content counts once two readings in a row agree, so
 * that a half-written file is not taken. It is compiled, loaded and warmed on this object's own
 * thread and then takes the old one's place at once; content that can't be used leaves the old
 * policy in force and is reported in {@link #status} and the log.
 */
public final class LivePolicy implements Policy, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LivePolicy.class);
  private static final long DEADLINE_CHECK_MILLIS = 20;
  private static final String NOTHING = "";

  private final PolicyLoader loader;
  private final PolicyEnvironment environment;
  private final DecisionReader decisions = new DecisionReader();
  private final ScheduledExecutorService scheduler;

  private volatile Active active;
  private volatile Trouble trouble = new Trouble(0, Optional.empty(), Optional.empty());
  private String lastSeen;
  private String lastTried;

  /** A policy in force. */
  private record Active(WasmPolicy policy, String revision, Instant since, long loads) {}

  /** What went wrong with newer versions. */
  private record Trouble(long count, Optional<String> message, Optional<Instant> at) {}

  private LivePolicy(
      PolicyLoader loader, PolicyEnvironment environment, PolicySnapshot sources, Active first) {
    this.loader = loader;
    this.environment = environment;
    this.active = first;
    this.lastSeen = sources.digest();
    this.lastTried = sources.digest();
    this.scheduler = new ScheduledThreadPoolExecutor(2, environment.threads());
  }

  /**
   * Compiles the policy and begins to follow its files.
   *
   * @throws InvalidPolicyException when it can't be put into force
   * @throws InterruptedException when interrupted meanwhile
   */
  public static LivePolicy start(PolicyConfig config, PolicyEnvironment environment)
      throws InvalidPolicyException, InterruptedException {
    PolicyLoader loader = new PolicyLoader(config, environment);
    PolicySnapshot sources = loader.read();
    Active first =
        new Active(loader.load(sources), sources.digest(), environment.clock().instant(), 1);
    LivePolicy live = new LivePolicy(loader, environment, sources, first);
    live.follow(config);
    LOG.info("Policy revision {} is in force, query {}", first.revision(), config.query());
    return live;
  }

  private void follow(PolicyConfig config) {
    var unusedDeadlines =
        scheduler.scheduleWithFixedDelay(
            () -> active.policy().stopOverdue(),
            DEADLINE_CHECK_MILLIS,
            DEADLINE_CHECK_MILLIS,
            TimeUnit.MILLISECONDS);
    switch (config.source()) {
      case PolicySource.Inline ignored -> {
        // The text can't change without a new configuration.
      }
      case PolicySource.Files ignored -> {
        long millis = config.pollInterval().toMillis();
        var unusedPolls =
            scheduler.scheduleWithFixedDelay(this::poll, millis, millis, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void poll() {
    try {
      PolicySnapshot sources = loader.read();
      boolean settled = sources.digest().equals(lastSeen);
      lastSeen = sources.digest();
      if (settled && !sources.digest().equals(lastTried)) {
        lastTried = sources.digest();
        replaceBy(sources);
      }
    } catch (InvalidPolicyException e) {
      if (!e.isAboutContent()) {
        lastTried = NOTHING;
      }
      report(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The edge of this thread: anything thrown would end the polling for good.
      LOG.error("Following the policy's files failed", e);
    }
  }

  private void replaceBy(PolicySnapshot sources)
      throws InvalidPolicyException, InterruptedException {
    Active old = active;
    if (!sources.digest().equals(old.revision())) {
      WasmPolicy policy = loader.load(sources);
      active = new Active(policy, sources.digest(), environment.clock().instant(), old.loads() + 1);
      LOG.info("Policy revision {} replaces {}", sources.digest(), old.revision());
    }
    trouble = new Trouble(trouble.count(), Optional.empty(), Optional.empty());
  }

  /** Logs a problem once, not at every poll. */
  private void report(InvalidPolicyException problem) {
    Optional<String> message = Optional.of(String.valueOf(problem.getMessage()));
    if (!trouble.message().equals(message)) {
      trouble =
          new Trouble(trouble.count() + 1, message, Optional.of(environment.clock().instant()));
      LOG.error(
          "The changed policy is not used, revision {} stays in force: {}",
          active.revision(),
          problem.getMessage());
    }
  }

  @Override
  public PolicyOutcome decide(byte[] inputJsonUtf8) {
    return switch (evaluate(inputJsonUtf8)) {
      case Evaluation.Completed completed -> decisions.read(completed.json());
      case Evaluation.Broken broken -> new PolicyOutcome.Failed(broken.reason());
    };
  }

  /** Evaluates what need not be a decision. */
  public Evaluation evaluate(byte[] inputJsonUtf8) {
    return active.policy().evaluate(inputJsonUtf8);
  }

  /**
   * What {@code opa} can tell of the policy's sources as they are now.
   *
   * @throws InvalidPolicyException when they cannot be read
   */
  public OpaInsight insight() throws InvalidPolicyException {
    return loader.insight();
  }

  @Override
  public String revision() {
    return active.revision();
  }

  /** How the policy is doing. */
  public PolicyStatus status() {
    Active now = active;
    Trouble problem = trouble;
    return new PolicyStatus(
        now.revision(),
        now.since(),
        now.loads(),
        problem.message(),
        problem.at(),
        problem.count(),
        now.policy().running(),
        now.policy().discarded());
  }

  /** Stops following the files; decisions go on with what is in force. */
  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
