package io.helmgate.deployer.operation;

import io.helmgate.deployer.operation.Operations.Started;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Propagation;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.Releases;
import io.helmgate.deployer.release.Write;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes that are operations, for which their calls wait. */
public final class OperatedWrites implements AwaitedWrites {
  private static final Logger log = LoggerFactory.getLogger(OperatedWrites.class);

  /** What the end of an operation may take after its time; a call of 5 min may last 330 s. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Releases reads;
  private final Operations operations;
  private final Duration timeout;

  /**
   * @param timeout for rollback and uninstall, whose requests name none
   */
  public OperatedWrites(Releases reads, Operations operations, Duration timeout) {
    this.reads = reads;
    this.operations = operations;
    this.timeout = timeout;
  }

  @Override
  public Awaited<ReleaseRevision> install(Caller caller, DeployRequest request) {
    return written(caller, new Write.Install(request));
  }

  @Override
  public Awaited<ReleaseRevision> upgrade(Caller caller, DeployRequest request) {
    return written(caller, new Write.Upgrade(request));
  }

  @Override
  public Awaited<ReleaseRevision> rollback(Caller caller, ReleaseRef ref) {
    return written(caller, new Write.Rollback(ref, 0, true, timeout, Optional.empty()));
  }

  @Override
  public Awaited<ReleaseRef> uninstall(Caller caller, ReleaseRef ref) {
    return run(
        caller,
        new Write.Uninstall(ref, false, false, Propagation.BACKGROUND, timeout, Optional.empty()),
        _ -> Outcome.success(ref));
  }

  private Awaited<ReleaseRevision> written(Caller caller, Write write) {
    return run(
        caller,
        write,
        revision -> revision.map(Outcome::success).orElseGet(() -> reads.get(caller, write.ref())));
  }

  private <T> Awaited<T> run(
      Caller caller, Write write, Function<Optional<ReleaseRevision>, Outcome<T>> answer) {
    return Awaited.of(
        operations.start(caller, write),
        started -> awaited(caller, write, started).flatMap(answer));
  }

  private Outcome<Optional<ReleaseRevision>> awaited(Caller caller, Write write, Started started) {
    return started.result().isPresent()
        ? result(started, write.timeout())
        : earlier(caller, started.operation().name(), write.timeout());
  }

  /** Helm may outlive its time; the operation then goes on without its caller. */
  private static Outcome<Optional<ReleaseRevision>> result(Started started, Duration timeout) {
    var result = started.result().orElseThrow();
    return Operations.within(timeout.plus(GRACE), result)
        .flatMap(
            done -> {
              if (done) {
                return result.join().outcome();
              }
              var name = started.operation().name();
              log.warn("Operation {} goes on after its caller's time", name);
              return Outcome.failure(
                  Reason.DEADLINE_EXCEEDED,
                  "release %s: not done in time (expected: to look after operation %s)"
                      .formatted(name.release(), name.id()));
            });
  }

  private Outcome<Optional<ReleaseRevision>> earlier(
      Caller caller, OperationName name, Duration atMost) {
    return operations
        .await(caller, name, atMost)
        .flatMap(
            operation ->
                operation
                    .ending()
                    .<Outcome<Optional<ReleaseRevision>>>map(
                        ending ->
                            switch (ending) {
                              case Ending.Succeeded _ -> Outcome.success(Optional.empty());
                              case Ending.Failed(Reason reason, String message, var violations) ->
                                  new Outcome.Failure<>(reason, message, violations);
                            })
                    .orElseGet(
                        () ->
                            Outcome.failure(
                                Reason.ABORTED,
                                "release " + name.release() + ": this request is under way")));
  }
}
