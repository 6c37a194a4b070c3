package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.kubernetes.ServiceApi.Kind;
import io.helmgate.deployer.operation.OperationName;
import io.helmgate.deployer.operation.ReleaseLocks;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.values.Canonical;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * A Lease for each release that is worked on, in the service's own namespace: whoever may write in
 * the release's namespace could otherwise take its lock. A lock is taken by creating its Lease and
 * given back by deleting it; nobody takes one that is there but {@link #take}.
 */
public final class ReleaseLeases implements ReleaseLocks {
  private static final String LABEL = "helmgate.io/state";
  private static final String LOCK = "lock";
  private static final String NAMESPACE = "helmgate.io/namespace";
  private static final String RELEASE = "helmgate.io/release";
  private static final String OPERATION = "helmgate.io/operation";

  /** How long the holder's Helm may be at work beyond the lease, seconds. */
  private static final String ENGINE = "helmgate.io/engine-seconds";

  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final ServiceApi api;
  private final String replica;
  private final Duration duration;
  private final Clock clock;

  /**
   * @param replica a name of this process that no other one has
   * @param duration how long a holder that stays silent keeps its lock
   */
  public ReleaseLeases(ServiceApi api, String replica, Duration duration, Clock clock) {
    this.api = api;
    this.replica = replica;
    this.duration = duration;
    this.clock = clock;
  }

  @Override
  public Duration duration() {
    return duration;
  }

  @Override
  public Outcome<Lock> acquire(OperationName operation) {
    return switch (api.create(Kind.LEASES, lease(operation))) {
      case Outcome.Success<JsonNode>(JsonNode lease) ->
          Outcome.success(new LeaseLock((ObjectNode) lease));
      case Outcome.Failure<JsonNode>(Reason reason, String message, var _) ->
          reason == Reason.ALREADY_EXISTS
              ? taken(operation.release())
              : Outcome.failure(reason, message);
    };
  }

  private Outcome<Lock> taken(ReleaseRef release) {
    return switch (api.get(Kind.LEASES, name(release))) {
      case Outcome.Success<JsonNode>(JsonNode lease) ->
          Outcome.failure(
              Reason.ABORTED,
              "release %s: another operation is under way (%s)"
                  .formatted(release, operation(lease).id()));
      case Outcome.Failure<JsonNode>(Reason reason, String message, var _) ->
          reason == Reason.NOT_FOUND
              ? Outcome.failure(
                  Reason.ABORTED, "release %s: another operation has just ended".formatted(release))
              : Outcome.failure(reason, message);
    };
  }

  @Override
  public Outcome<List<Held>> held() {
    return api.list(Kind.LEASES, LABEL + "=" + LOCK, false)
        .map(leases -> leases.stream().map(ReleaseLeases::held).toList());
  }

  @Override
  public Outcome<Lock> take(Held held) {
    return api.get(Kind.LEASES, name(held.operation().release()))
        .flatMap(
            lease ->
                lease.path("metadata").path("resourceVersion").asText().equals(held.version())
                    ? renewed((ObjectNode) lease, Duration.ZERO)
                    : Outcome.failure(Reason.ABORTED, "somebody was quicker"))
        .map(lease -> new LeaseLock((ObjectNode) lease));
  }

  private Outcome<JsonNode> renewed(ObjectNode lease, Duration engine) {
    ObjectNode next = lease.deepCopy();
    next.withObject("/metadata/annotations").put(ENGINE, Long.toString(seconds(engine)));
    next.withObject("/spec")
        .put("holderIdentity", replica)
        .put("leaseDurationSeconds", Math.max(1, seconds(duration)))
        .put("renewTime", MICRO_TIME.format(clock.instant()));
    return api.replace(Kind.LEASES, next);
  }

  private ObjectNode lease(OperationName operation) {
    ObjectNode lease = JsonNodeFactory.instance.objectNode();
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease
        .withObject("/metadata")
        .put("name", name(operation.release()))
        .put("namespace", api.namespace());
    lease
        .withObject("/metadata/labels")
        .put(LABEL, LOCK)
        .put("app.kubernetes.io/managed-by", "helmgate");
    lease
        .withObject("/metadata/annotations")
        .put(NAMESPACE, operation.release().namespace())
        .put(RELEASE, operation.release().name())
        .put(OPERATION, operation.id())
        .put(ENGINE, "0");
    var now = MICRO_TIME.format(clock.instant());
    lease
        .withObject("/spec")
        .put("holderIdentity", replica)
        .put("leaseDurationSeconds", Math.max(1, seconds(duration)))
        .put("acquireTime", now)
        .put("renewTime", now);
    return lease;
  }

  private static Held held(JsonNode lease) {
    var patience =
        Duration.ofSeconds(lease.path("spec").path("leaseDurationSeconds").asLong())
            .plusSeconds(lease.path("metadata").path("annotations").path(ENGINE).asLong());
    return new Held(
        operation(lease), lease.path("metadata").path("resourceVersion").asText(), patience);
  }

  private static OperationName operation(JsonNode lease) {
    var annotations = lease.path("metadata").path("annotations");
    return new OperationName(
        new ReleaseRef(annotations.path(NAMESPACE).asText(), annotations.path(RELEASE).asText()),
        annotations.path(OPERATION).asText());
  }

  /** A hash, since both names together may be longer than a name, and have dots. */
  private static String name(ReleaseRef release) {
    return "release-"
        + Canonical.digest(release.namespace() + "/" + release.name()).substring(0, 40);
  }

  /** Rounded up. */
  private static long seconds(Duration time) {
    return time.plusNanos(999_999_999).toSeconds();
  }

  private final class LeaseLock implements Lock {
    private ObjectNode lease;

    LeaseLock(ObjectNode lease) {
      this.lease = lease;
    }

    @Override
    public synchronized Outcome<Lock> renew(Duration engine) {
      var renewed = renewed(lease, engine);
      if (lost(renewed)) {
        // An answer that got lost leaves our own writing as somebody's change.
        renewed = current().flatMap(current -> renewed(current, engine));
      }
      return renewed.map(
          next -> {
            lease = (ObjectNode) next;
            return this;
          });
    }

    @Override
    public synchronized Outcome<Lock> release() {
      var deleted = api.delete(Kind.LEASES, lease);
      if (lost(deleted)) {
        deleted = current().flatMap(current -> api.delete(Kind.LEASES, current));
      }
      return deleted.map(_ -> this);
    }

    private static boolean lost(Outcome<JsonNode> outcome) {
      return outcome instanceof Outcome.Failure<JsonNode>(Reason reason, String _, var _)
          && (reason == Reason.ABORTED || reason == Reason.NOT_FOUND);
    }

    /** The Lease as it is now, if it is still this one and ours. */
    private Outcome<ObjectNode> current() {
      var now = api.get(Kind.LEASES, lease.path("metadata").path("name").asText());
      return switch (now) {
        case Outcome.Success<JsonNode>(JsonNode found) ->
            found.path("metadata").path("uid").equals(lease.path("metadata").path("uid"))
                    && found.path("spec").path("holderIdentity").asText().equals(replica)
                ? Outcome.success((ObjectNode) found)
                : Outcome.failure(Reason.ABORTED, "somebody else has taken the lock");
        case Outcome.Failure<JsonNode>(Reason reason, String message, var _) ->
            Outcome.failure(reason == Reason.NOT_FOUND ? Reason.ABORTED : reason, message);
      };
    }
  }
}
