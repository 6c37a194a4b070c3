package io.helmgate.deployer.operation;

import io.helmgate.deployer.operation.Operations.Started;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Propagation;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseQuery;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.Releases;
import io.helmgate.deployer.release.Write;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Releases whose writes are operations that their calls wait for. */
public final class OperatedReleases implements Releases {

  private final Releases reads;
  private final Operations operations;
  private final Duration timeout;

  /**
   * @param timeout for rollback and uninstall, whose requests name none
   */
  public OperatedReleases(Releases reads, Operations operations, Duration timeout) {
    this.reads = reads;
    this.operations = operations;
    this.timeout = timeout;
  }

  @Override
  public Outcome<ReleaseRevision> get(Caller caller, ReleaseRef ref) {
    return reads.get(caller, ref);
  }

  @Override
  public Outcome<List<ReleaseRevision>> history(Caller caller, ReleaseRef ref, int limit) {
    return reads.history(caller, ref, limit);
  }

  @Override
  public Outcome<List<ReleaseRevision>> search(Caller caller, ReleaseQuery query) {
    return reads.search(caller, query);
  }

  @Override
  public Outcome<ReleaseRevision> install(Caller caller, DeployRequest request) {
    return written(caller, new Write.Install(request));
  }

  @Override
  public Outcome<ReleaseRevision> upgrade(Caller caller, DeployRequest request) {
    return written(caller, new Write.Upgrade(request));
  }

  @Override
  public Outcome<ReleaseRevision> rollback(Caller caller, ReleaseRef ref) {
    return written(caller, new Write.Rollback(ref, 0, true, timeout, Optional.empty()));
  }

  @Override
  public Outcome<ReleaseRef> uninstall(Caller caller, ReleaseRef ref) {
    return run(
            caller,
            new Write.Uninstall(
                ref, false, false, Propagation.BACKGROUND, timeout, Optional.empty()))
        .map(_ -> ref);
  }

  private Outcome<ReleaseRevision> written(Caller caller, Write write) {
    return run(caller, write)
        .flatMap(
            revision ->
                revision.map(Outcome::success).orElseGet(() -> reads.get(caller, write.ref())));
  }

  private Outcome<Optional<ReleaseRevision>> run(Caller caller, Write write) {
    return operations
        .start(caller, write)
        .flatMap(
            started ->
                started.result().isPresent()
                    ? result(started)
                    : earlier(caller, started.operation().name(), write.timeout()));
  }

  private static Outcome<Optional<ReleaseRevision>> result(Started started) {
    try {
      return started.result().orElseThrow().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
    } catch (ExecutionException e) {
      throw new IllegalStateException("operations complete without exceptions", e);
    }
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
