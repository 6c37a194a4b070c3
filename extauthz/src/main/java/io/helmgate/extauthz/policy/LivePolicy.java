package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.policy.source.OpaInsight;
import io.helmgate.extauthz.policy.source.PolicySnapshot;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.wasm.Evaluation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy that follows its source.
 *
 * <p>A new version is compiled, loaded, tested and warmed on this object's own thread and then
 * takes the old one's place at once; content that can't be used leaves the old policy in force and
 * is reported in {@link #status} and the log. A policy from a bundle server is {@linkplain
 * PolicyOutcome.Absent absent} until the first bundle came.
 */
public final class LivePolicy implements Policy, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LivePolicy.class);
  private static final long DEADLINE_CHECK_MILLIS = 20;

  /** A request goes on with the version that it began with; after this time none does. */
  private static final Duration LAST_QUESTIONS = Duration.ofMinutes(1);

  private final PolicyLoader loader;
  private final PolicyEnvironment environment;
  private final ScheduledThreadPoolExecutor scheduler;
  private final List<Consumer<PolicyStatus>> observers = new CopyOnWriteArrayList<>();
  private final List<LoadedPolicy> running = new CopyOnWriteArrayList<>();

  private volatile @Nullable Active active;
  private volatile Trouble trouble = new Trouble(0, Optional.empty(), Optional.empty());
  private AutoCloseable following = () -> {};

  /** A policy in force. */
  private record Active(LoadedPolicy policy, Instant since, long loads) {}

  /** What went wrong with newer versions. */
  private record Trouble(long count, Optional<String> message, Optional<Instant> at) {}

  private LivePolicy(PolicyLoader loader, PolicyEnvironment environment) {
    this.loader = loader;
    this.environment = environment;
    this.scheduler = new ScheduledThreadPoolExecutor(2, environment.threads());
  }

  /**
   * Compiles the policy and begins to follow its source. A policy from a server is only asked for.
   *
   * @throws InvalidPolicyException when it can't be put into force
   * @throws InterruptedException when interrupted meanwhile
   */
  public static LivePolicy start(PolicyConfig config, PolicyEnvironment environment)
      throws InvalidPolicyException, InterruptedException {
    return begun(config, environment, true);
  }

  /**
   * The same for a policy that the service can do without: one that can't be put into force is
   * absent and reported, until its source has one that can.
   *
   * @throws InvalidPolicyException when nothing can be followed: query or certificates are wrong
   */
  public static LivePolicy follow(PolicyConfig config, PolicyEnvironment environment)
      throws InvalidPolicyException, InterruptedException {
    return begun(config, environment, false);
  }

  private static LivePolicy begun(
      PolicyConfig config, PolicyEnvironment environment, boolean needed)
      throws InvalidPolicyException, InterruptedException {
    LivePolicy live = new LivePolicy(new PolicyLoader(config, environment), environment);
    try {
      live.begin(config, needed);
    } catch (InvalidPolicyException | InterruptedException e) {
      live.close();
      throw e;
    }
    return live;
  }

  private void begin(PolicyConfig config, boolean needed)
      throws InvalidPolicyException, InterruptedException {
    var unusedDeadlines =
        scheduler.scheduleWithFixedDelay(
            this::stopOverdue, DEADLINE_CHECK_MILLIS, DEADLINE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    switch (config.source()) {
      case PolicySource.Inline ignored -> putIntoForce(loader.read());
      case PolicySource.Files ignored -> followFiles(config, needed);
      case PolicySource.BundleFile ignored -> followFiles(config, needed);
      case PolicySource.ServedBundle served -> {
        BundleFollower follower = BundleFollower.of(served, this, environment.random(), scheduler);
        following = follower;
        follower.start();
      }
    }
  }

  private void followFiles(PolicyConfig config, boolean needed)
      throws InvalidPolicyException, InterruptedException {
    String digest = "";
    try {
      PolicySnapshot first = loader.read();
      digest = first.digest();
      putIntoForce(first);
    } catch (InvalidPolicyException e) {
      if (needed) {
        throw e;
      }
      digest = e.isAboutContent() ? digest : "";
      report(String.valueOf(e.getMessage()));
    }
    long millis = config.pollInterval().toMillis();
    var unusedPolls =
        scheduler.scheduleWithFixedDelay(
            new FileFollower(this, loader, digest), millis, millis, TimeUnit.MILLISECONDS);
  }

  private void stopOverdue() {
    loader.stopOverdue();
    Active now = active;
    running.forEach(policy -> policy.engine().stopOverdue());
    if (now != null && now.since().plus(LAST_QUESTIONS).isBefore(environment.clock().instant())) {
      running.removeIf(policy -> policy != now.policy() && policy.engine().running() == 0);
    }
  }

  /**
   * Puts a version into force, unless it is there already; called by one thread at a time.
   *
   * @throws InvalidPolicyException when it can't be used; the old one stays
   */
  void putIntoForce(PolicySnapshot sources) throws InvalidPolicyException, InterruptedException {
    Active old = active;
    if (old == null || !sources.digest().equals(old.policy().sources().digest())) {
      LoadedPolicy policy = loader.load(sources);
      running.add(policy);
      active = new Active(policy, environment.clock().instant(), old == null ? 1 : old.loads() + 1);
      LOG.info(
          "Policy revision {} is in force, query {}{}",
          policy.revision(),
          loader.query(),
          old == null ? "" : ", and replaces " + old.policy().revision());
    }
    trouble = new Trouble(trouble.count(), Optional.empty(), Optional.empty());
    tellObservers();
  }

  /** The source is as it was when it was put into force. */
  void confirm() {
    if (trouble.message().isPresent()) {
      trouble = new Trouble(trouble.count(), Optional.empty(), Optional.empty());
      tellObservers();
    }
  }

  /** Reports a problem once, not each time it is met. */
  void report(String problem) {
    Optional<String> message = Optional.of(problem);
    if (!trouble.message().equals(message)) {
      trouble =
          new Trouble(trouble.count() + 1, message, Optional.of(environment.clock().instant()));
      Active now = active;
      if (now == null) {
        LOG.error("No policy is in force yet, query {}: {}", loader.query(), problem);
      } else {
        LOG.error(
            "The changed policy is not used, revision {} stays in force: {}",
            now.policy().revision(),
            problem);
      }
      tellObservers();
    }
  }

  private void tellObservers() {
    PolicyStatus status = status();
    observers.forEach(observer -> observer.accept(status));
  }

  /** Tells now, and after each change, how the policy is doing. */
  public void observe(Consumer<PolicyStatus> observer) {
    observers.add(observer);
    observer.accept(status());
  }

  @Override
  public Policy current() {
    Active now = active;
    return now == null ? this : now.policy();
  }

  @Override
  public PolicyOutcome decide(byte[] inputJsonUtf8) {
    Active now = active;
    return now == null
        ? new PolicyOutcome.Absent(trouble.message().orElse("the first bundle has not come yet"))
        : now.policy().decide(inputJsonUtf8);
  }

  /** Evaluates what need not be a decision. */
  public Evaluation evaluate(byte[] inputJsonUtf8) {
    Active now = active;
    return now == null
        ? new Evaluation.Broken("no policy is in force yet")
        : now.policy().engine().evaluate(inputJsonUtf8);
  }

  /** What {@code opa} can tell of the policy in force, if there is one yet. */
  public Optional<OpaInsight> insight() {
    return Optional.ofNullable(active).map(now -> loader.insight(now.policy().sources()));
  }

  @Override
  public String revision() {
    Active now = active;
    return now == null ? "" : now.policy().revision();
  }

  @Override
  public Selection reads() {
    Active now = active;
    return now == null ? Selection.all() : now.policy().reads();
  }

  @Override
  public String bundle() {
    return loader.bundle();
  }

  /** How the policy is doing. */
  public PolicyStatus status() {
    Active now = active;
    Trouble problem = trouble;
    return new PolicyStatus(
        revision(),
        Optional.ofNullable(now).map(Active::since),
        now == null ? 0 : now.loads(),
        problem.message(),
        problem.at(),
        problem.count(),
        now == null ? 0 : now.policy().engine().running(),
        now == null ? 0 : now.policy().engine().discarded());
  }

  /** Stops following the source; decisions go on with what is in force. */
  @Override
  public void close() {
    scheduler.shutdownNow();
    try {
      following.close();
    } catch (Exception e) {
      throw new IllegalStateException("a follower's close throws nothing", e);
    }
  }
}
