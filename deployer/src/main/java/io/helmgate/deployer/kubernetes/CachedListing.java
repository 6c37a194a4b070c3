package io.helmgate.deployer.kubernetes;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Cluster;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseListing;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.RevisionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;

/**
 * Lists from the cache what Kubernetes lets the caller read: who may list the Secrets of a
 * namespace sees its releases. What the cache does not know is read as the caller.
 */
public final class CachedListing implements ReleaseListing {

  /** So long a right that was taken away is believed in. */
  private static final Duration TRUSTED = Duration.ofSeconds(5);

  private static final int MAX_ANSWERS = 100_000;
  private static final String EVERYWHERE = "";

  private final ReleaseCache cache;
  private final ReleaseListing direct;
  private final Cluster cluster;
  private final Parallel workers;
  private final Cache<Question, Boolean> answers;

  private record Question(String user, List<String> groups, String namespace) {}

  /**
   * @param direct is asked while the cache is not filled, and for what it does not know
   * @param workers asks for rights side by side
   */
  public CachedListing(
      ReleaseCache cache,
      ReleaseListing direct,
      Cluster cluster,
      ExecutorService workers,
      Ticker ticker) {
    this.cache = cache;
    this.direct = direct;
    this.cluster = cluster;
    this.workers = new Parallel(workers);
    this.answers =
        Caffeine.newBuilder()
            .expireAfterWrite(TRUSTED)
            .maximumSize(MAX_ANSWERS)
            .ticker(ticker)
            .build();
  }

  @Override
  public Outcome<List<RevisionState>> states(Caller caller, Optional<String> namespace) {
    if (!cache.filled()) {
      return direct.states(caller, namespace);
    }
    if (namespace.isPresent()) {
      return mayRead(caller, namespace.get())
          .flatMap(
              may ->
                  may
                      ? Outcome.success(cache.states(namespace))
                      : direct.states(caller, namespace));
    }
    return mayRead(caller, EVERYWHERE)
        .flatMap(
            may ->
                may
                    ? Outcome.success(cache.states(Optional.empty()))
                    : readable(caller, cache.states(Optional.empty())));
  }

  private Outcome<List<RevisionState>> readable(Caller caller, List<RevisionState> states) {
    List<String> namespaces =
        states.stream().map(state -> state.ref().namespace()).distinct().toList();
    return workers
        .all(
            namespaces,
            namespace ->
                mayRead(caller, namespace)
                    .map(may -> may ? Optional.of(namespace) : Optional.<String>empty()))
        .map(
            found -> {
              Set<String> readable =
                  found.stream().flatMap(Optional::stream).collect(Collectors.toSet());
              return states.stream()
                  .filter(state -> readable.contains(state.ref().namespace()))
                  .toList();
            });
  }

  /** An answer is kept for seconds, an outage is not. */
  private Outcome<Boolean> mayRead(Caller caller, String namespace) {
    Question question = new Question(caller.user(), caller.groups(), namespace);
    Boolean known = answers.getIfPresent(question);
    if (known != null) {
      return Outcome.success(known);
    }
    return cluster
        .mayUseRecords(caller, namespace, "list")
        .map(_ -> true)
        .recover(Reason.PERMISSION_DENIED, false)
        .map(
            may -> {
              answers.put(question, may);
              return may;
            });
  }

  @Override
  public Outcome<List<ReleaseRevision>> summaries(Caller caller, List<RevisionState> revisions) {
    List<ReleaseRevision> known = new ArrayList<>();
    for (RevisionState state : revisions) {
      Optional<ReleaseRevision> summary = cache.summary(state);
      if (summary.isEmpty()) {
        return direct.summaries(caller, revisions);
      }
      known.add(summary.get());
    }
    return Outcome.success(known);
  }
}
