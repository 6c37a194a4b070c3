package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Write;
import io.helmgate.deployer.values.ValuesRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The record of a write. It holds neither values nor manifests nor tokens.
 *
 * @param caller who asked for it, and as whom it is carried out
 * @param requestDigest by which a repetition is known to ask for the same; empty without request id
 * @param owner the replica that carries it out, and alone may move it
 * @param chart {@code REPO/NAME}; empty when none was asked for
 * @param chartVersion as asked for until the chart is fetched
 * @param chartDigest empty until the chart is fetched
 * @param valuesDigest of the values that were asked for; empty when none were
 * @param cancelRequested whether somebody asked for its end
 * @param events the newest ones, in order
 * @param objects the release's objects as last seen
 * @param warnings why Helm may apply something else than was checked
 * @param ending empty while it runs
 */
public record Operation(
    OperationName name,
    Action action,
    Caller caller,
    String requestDigest,
    String owner,
    String chart,
    String chartVersion,
    String chartDigest,
    String valuesDigest,
    Phase phase,
    Revisions revisions,
    boolean cancelRequested,
    Instant created,
    Instant updated,
    List<Event> events,
    List<ObjectStatus> objects,
    List<String> warnings,
    Optional<Ending> ending) {

  /** Older events are dropped, objects' first: a watcher that is so late sees the gap. */
  static final int MAX_EVENTS = 500;

  /** More objects are not told of one by one, so that the record stays small. */
  static final int MAX_OBJECTS = 200;

  public Operation {
    events = List.copyOf(events);
    objects = List.copyOf(objects);
    warnings = List.copyOf(warnings);
  }

  /** A new one, of which nothing is done yet. */
  static Operation queued(
      OperationName name, Caller caller, Write write, String replica, Instant now) {
    Optional<DeployRequest> deploy =
        switch (write) {
          case Write.Install(var request) -> Optional.of(request);
          case Write.Upgrade(var request, var _) -> Optional.of(request);
          case Write.Rollback _, Write.Uninstall _, Write.Unlock _, Write.Test _ ->
              Optional.empty();
        };
    return new Operation(
            name,
            Action.of(write),
            caller,
            write.requestId().isEmpty() ? "" : RequestDigest.of(write),
            replica,
            deploy.map(DeployRequest::chart).orElse(""),
            deploy.flatMap(DeployRequest::version).orElse(""),
            "",
            deploy.flatMap(DeployRequest::values).map(ValuesRequest::digest).orElse(""),
            Phase.QUEUED,
            Revisions.UNKNOWN,
            false,
            now,
            now,
            List.of(),
            List.of(),
            List.of(),
            Optional.empty())
        .entered(Phase.QUEUED, now);
  }

  public boolean done() {
    return ending.isPresent();
  }

  /** That it writes, or works on; 0 until that is known. */
  public int revision() {
    return revisions.intended();
  }

  /** The number of its newest event. */
  public int sequence() {
    return events.isEmpty() ? 0 : events.getLast().sequence();
  }

  Operation entered(Phase next, Instant now) {
    return with().phase(next).event(now, Optional.empty()).at(now);
  }

  /** With the objects that have changed as events. */
  Operation observed(List<ObjectStatus> seen, Instant now) {
    var known = seen.size() > MAX_OBJECTS ? seen.subList(0, MAX_OBJECTS) : seen;
    var change = with().objects(known);
    known.stream()
        .filter(object -> !objects.contains(object))
        .forEach(object -> change.event(now, Optional.of(object)));
    return change.at(now);
  }

  Operation planned(
      Revisions known, String version, String digest, List<String> doubts, Instant now) {
    return with().plan(known, version, digest).warnings(doubts).at(now);
  }

  /** With the newest revision that it has left; 0: not known. */
  Operation left(int newest, Instant now) {
    return newest == 0
        ? this
        : with().plan(revisions.seen(newest), chartVersion, chartDigest).at(now);
  }

  Operation cancelling(Instant now) {
    return done() ? this : with().cancelled().at(now);
  }

  Operation claimedBy(String replica, Instant now) {
    return with().owner(replica).at(now);
  }

  Operation ended(Ending how, Instant now) {
    return with().phase(Phase.DONE).event(now, Optional.empty()).ending(how).at(now);
  }

  private Change with() {
    return new Change(this);
  }

  /** Another state of the same operation, in the making. */
  private static final class Change {
    private final Operation from;
    private final List<Event> events;
    private List<ObjectStatus> objects;
    private Phase phase;
    private String owner;
    private String version;
    private String digest;
    private Revisions revisions;
    private boolean cancelRequested;
    private List<String> warnings;
    private Optional<Ending> ending;

    Change(Operation from) {
      this.from = from;
      this.events = new ArrayList<>(from.events);
      this.objects = from.objects;
      this.phase = from.phase;
      this.owner = from.owner;
      this.version = from.chartVersion;
      this.digest = from.chartDigest;
      this.revisions = from.revisions;
      this.cancelRequested = from.cancelRequested;
      this.warnings = from.warnings;
      this.ending = from.ending;
    }

    Change phase(Phase next) {
      phase = next;
      return this;
    }

    Change event(Instant time, Optional<ObjectStatus> object) {
      int sequence = events.isEmpty() ? 1 : events.getLast().sequence() + 1;
      events.add(new Event(sequence, time, phase, object));
      if (events.size() > MAX_EVENTS) {
        events.stream()
            .filter(event -> event.object().isPresent())
            .findFirst()
            .ifPresentOrElse(events::remove, events::removeFirst);
      }
      return this;
    }

    Change objects(List<ObjectStatus> seen) {
      objects = seen;
      return this;
    }

    Change plan(Revisions known, String chartVersion, String chartDigest) {
      revisions = known;
      version = chartVersion;
      digest = chartDigest;
      return this;
    }

    Change warnings(List<String> doubts) {
      warnings = doubts;
      return this;
    }

    Change cancelled() {
      cancelRequested = true;
      return this;
    }

    Change owner(String replica) {
      owner = replica;
      return this;
    }

    Change ending(Ending how) {
      ending = Optional.of(how);
      return this;
    }

    Operation at(Instant now) {
      return new Operation(
          from.name,
          from.action,
          from.caller,
          from.requestDigest,
          owner,
          from.chart,
          version,
          digest,
          from.valuesDigest,
          phase,
          revisions,
          cancelRequested,
          from.created,
          now,
          events,
          objects,
          warnings,
          ending);
    }
  }
}
