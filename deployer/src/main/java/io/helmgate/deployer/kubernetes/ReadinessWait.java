package io.helmgate.deployer.kubernetes;

import io.helmgate.deployer.kubernetes.Readiness.Failed;
import io.helmgate.deployer.kubernetes.Readiness.NotYet;
import io.helmgate.deployer.kubernetes.Readiness.Ready;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.ObjectReadiness;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Progress;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.yaml.NoYamlException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for objects, and looks at them whenever one of them may have changed. */
public final class ReadinessWait implements ObjectReadiness {
  private static final Logger log = LoggerFactory.getLogger(ReadinessWait.class);

  /** In a row; so many does Helm forgive too. */
  private static final int FORGIVEN_OUTAGES = 30;

  private final KubernetesApi api;
  private final LiveReadiness live;
  private final Clock clock;
  private final Pause pause;

  public ReadinessWait(KubernetesApi api, Clock clock, Pause pause) {
    this.api = api;
    this.live = new LiveReadiness(api);
    this.clock = clock;
    this.pause = pause;
  }

  @Override
  public Outcome<ReleaseRef> await(
      Caller caller, ReleaseRef ref, String manifest, Instant deadline, Progress progress) {
    List<ManifestObject> objects;
    try {
      objects = ManifestObject.parse(manifest, ref.namespace());
    } catch (NoYamlException e) {
      log.warn("The manifest of release {} is no YAML", ref, e);
      return Outcome.failure(
          Reason.INTERNAL, "release " + ref + ": its manifest cannot be read to wait for it");
    }
    ReadinessRounds watched =
        new ReadinessRounds(objects, object -> live.check(caller, object), progress);
    List<ObjectPath> paths =
        objects.stream().flatMap(object -> LiveReadiness.path(object).stream()).toList();
    return until(caller, paths, deadline, progress, watched::round).map(_ -> ref);
  }

  /** Names the object in whatever is found out about it. */
  static Outcome<Readiness> check(ManifestObject object, Supplier<Outcome<Readiness>> look) {
    String label = object.label() + ": ";
    return switch (look.get()) {
      case Outcome.Success<Readiness>(Readiness readiness) ->
          Outcome.success(
              switch (readiness) {
                case Ready ready -> ready;
                case NotYet(String why) -> new NotYet(label + why);
                case Failed(String why) -> new Failed(label + why);
              });
      case Outcome.Failure<Readiness>(Reason reason, String message, var _) ->
          Outcome.failure(reason, label + message);
    };
  }

  /**
   * Looks until all is ready or one has failed, or the deadline has passed; at least once.
   *
   * @param objects whose changes are watched
   * @param progress may end the waiting
   */
  Outcome<Ready> until(
      Caller caller,
      List<ObjectPath> objects,
      Instant deadline,
      Progress progress,
      Supplier<Outcome<Readiness>> look) {
    try (ObjectChanges changes = new ObjectChanges(api, caller, pause, objects)) {
      progress.onStop(changes::wake);
      return until(
          deadline,
          changes,
          () ->
              progress
                  .stopped()
                  .map(why -> Outcome.<Readiness>failure(why.reason(), why.message()))
                  .orElseGet(look));
    }
  }

  Outcome<Ready> until(Instant deadline, Changes changes, Supplier<Outcome<Readiness>> look) {
    int outages = 0;
    while (true) {
      String why;
      switch (look.get()) {
        case Outcome.Success<Readiness>(Ready ready) -> {
          return Outcome.success(ready);
        }
        case Outcome.Success<Readiness>(Failed(String what)) -> {
          return Outcome.failure(Reason.FAILED_PRECONDITION, what);
        }
        case Outcome.Success<Readiness>(NotYet(String what)) -> {
          outages = 0;
          why = what;
        }
        case Outcome.Failure<Readiness>(Reason reason, String message, var _) -> {
          outages++;
          if (reason != Reason.UNAVAILABLE || outages > FORGIVEN_OUTAGES) {
            return Outcome.failure(reason, message);
          }
          why = message;
        }
      }
      Duration left = Duration.between(clock.instant(), deadline);
      if (!left.isPositive()) {
        return Outcome.failure(Reason.DEADLINE_EXCEEDED, "not ready in time: " + why);
      }
      try {
        changes.await(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
      }
    }
  }
}
