package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Masks;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows once Helm has stored a revision: waiting for its objects, and leaving the records as
 * {@code helm --wait} leaves them when they don't become ready.
 */
final class Settlement {
  private static final Logger log = LoggerFactory.getLogger(Settlement.class);

  private final ReleaseStore store;
  private final ObjectReadiness readiness;
  private final Masks masks;

  Settlement(ReleasePorts ports) {
    this.store = ports.store();
    this.readiness = ports.readiness();
    this.masks = ports.masks();
  }

  /** Waits for a revision's objects and changes no record. */
  Outcome<ReleaseRevision> await(
      Caller caller, StoredRevision stored, Instant deadline, Progress progress) {
    return progress
        .enter(Phase.WAITING)
        .flatMap(
            _ ->
                readiness.await(
                    caller, stored.revision().ref(), stored.manifest(), deadline, progress))
        .saying(masks.hiding(stored.revision().given()))
        .map(_ -> stored.revision());
  }

  /**
   * Waits for a revision's objects; when that fails, the revision is marked failed and the one that
   * was deployed before counts as deployed again.
   */
  Outcome<ReleaseRevision> settle(
      Caller caller,
      StoredRevision stored,
      OptionalInt deployedBefore,
      Instant deadline,
      Progress progress) {
    Outcome<ReleaseRevision> awaited = await(caller, stored, deadline, progress);
    if (awaited instanceof Outcome.Failure<ReleaseRevision>(Reason _, String message, var _)
        && !disowned(progress)) {
      ReleaseRevision revision = stored.revision();
      ReleaseRef ref = revision.ref();
      String verb = revision.revision() == 1 ? "Release" : "Upgrade";
      String description = verb + " \"" + ref.name() + "\" failed: " + message;
      Outcome<ReleaseRef> marked =
          store.fail(caller, ref, revision.revision(), description, deployedBefore);
      if (marked instanceof Outcome.Failure<ReleaseRef>(Reason _, String why, var _)) {
        log.warn(
            "Release {} revision {} did not become ready and could not be marked failed: {}",
            ref,
            revision.revision(),
            why);
      }
    }
    return awaited;
  }

  /** Whether the release is no longer this write's to change. */
  static boolean disowned(Progress progress) {
    return progress.stopped().filter(why -> why.reason() == Reason.ABORTED).isPresent();
  }

  /** The revision that is deployed, if any. */
  static OptionalInt deployed(List<RevisionState> revisions) {
    return revisions.stream()
        .filter(RevisionState::deployed)
        .mapToInt(RevisionState::revision)
        .findFirst();
  }

  /** The newest revision, when nothing works on it and it is not uninstalled. */
  static Outcome<RevisionState> settled(RevisionState newest) {
    if (newest.pending()) {
      return underWay(newest);
    }
    return newest.uninstalled()
        ? Outcome.failure(
            Reason.FAILED_PRECONDITION, "release " + newest.ref() + ": is uninstalled")
        : Outcome.success(newest);
  }

  static <T> Outcome<T> underWay(RevisionState pending) {
    return Outcome.failure(
        Reason.ABORTED,
        "release "
            + pending.ref()
            + ": another operation is under way (revision "
            + pending.revision()
            + " is "
            + pending.status()
            + ")");
  }
}
