package io.helmgate.deployer.kubernetes;

import io.helmgate.deployer.kubernetes.Readiness.Failed;
import io.helmgate.deployer.kubernetes.Readiness.NotYet;
import io.helmgate.deployer.kubernetes.Readiness.Ready;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Progress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks at the objects of a release in rounds. A round looks at what was not ready; when all was,
 * at all again, since what was ready can cease to be.
 */
final class ReadinessRounds {

  private final Map<ManifestObject, ObjectStatus> statuses = new LinkedHashMap<>();
  private final Function<ManifestObject, Outcome<Readiness>> look;
  private final Progress progress;

  ReadinessRounds(
      List<ManifestObject> objects,
      Function<ManifestObject, Outcome<Readiness>> look,
      Progress progress) {
    this.look = look;
    this.progress = progress;
    objects.forEach(object -> statuses.put(object, status(object, false, "")));
  }

  Outcome<Readiness> round() {
    boolean settled = ready();
    Optional<Outcome<Readiness>> worst = Optional.empty();
    for (var entry : statuses.entrySet()) {
      if (settled || !entry.getValue().ready()) {
        var found = look.apply(entry.getKey());
        entry.setValue(status(entry.getKey(), found));
        if (worst.isEmpty() && !entry.getValue().ready()) {
          worst = Optional.of(ReadinessWait.check(entry.getKey(), () -> found));
        }
      }
    }
    progress.observe(List.copyOf(statuses.values()));
    if (worst.isPresent() || settled) {
      return worst.orElseGet(() -> Outcome.success(new Ready()));
    }
    return round();
  }

  private boolean ready() {
    return statuses.values().stream().allMatch(ObjectStatus::ready);
  }

  static ObjectStatus status(ManifestObject object, Outcome<Readiness> found) {
    return switch (found) {
      case Outcome.Success<Readiness>(Ready _) -> status(object, true, "");
      case Outcome.Success<Readiness>(NotYet(String why)) -> status(object, false, why);
      case Outcome.Success<Readiness>(Failed(String why)) -> status(object, false, why);
      case Outcome.Failure<Readiness>(var _, String message, var _) ->
          status(object, false, message);
    };
  }

  private static ObjectStatus status(ManifestObject object, boolean ready, String missing) {
    return new ObjectStatus(
        object.apiVersion(), object.kind(), object.namespace(), object.name(), ready, missing);
  }
}
