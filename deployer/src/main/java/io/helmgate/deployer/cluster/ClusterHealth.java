package io.helmgate.deployer.cluster;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** How one cluster is. */
public final class ClusterHealth {
  private final String name;
  private final ClusterProbe probe;
  private final Clock clock;
  private final LongSupplier nanoTime;

  /** Why the service could not keep its state there when it last looked; empty when it could. */
  private volatile String stateless = "";

  public ClusterHealth(String name, ClusterProbe probe, Clock clock, LongSupplier nanoTime) {
    this.name = name;
    this.probe = probe;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  public String name() {
    return name;
  }

  /** Asks as the service whether the cluster answers and takes its state. */
  public Outcome<ServerVersion> look() {
    return probe
        .version()
        .flatMap(
            version -> {
              var state = probe.state(version);
              stateless =
                  state instanceof Outcome.Failure<ServerVersion>(Reason _, String why, var _)
                      ? why
                      : "";
              return state;
            });
  }

  /** Asks now, as the caller. */
  public ClusterInfo seenBy(Caller caller) {
    Instant now = clock.instant();
    long start = nanoTime.getAsLong();
    Outcome<ServerVersion> answer = probe.version(caller);
    var latency = Duration.ofNanos(nanoTime.getAsLong() - start);
    return switch (answer) {
      case Outcome.Success<ServerVersion>(var version) ->
          new ClusterInfo(name, true, true, version, now, latency, stateless);
      case Outcome.Failure<ServerVersion>(Reason reason, String why, var _) ->
          reason == Reason.PERMISSION_DENIED
              ? new ClusterInfo(name, true, false, ServerVersion.UNKNOWN, now, latency, why)
              : new ClusterInfo(name, false, false, ServerVersion.UNKNOWN, now, latency, why);
    };
  }
}
