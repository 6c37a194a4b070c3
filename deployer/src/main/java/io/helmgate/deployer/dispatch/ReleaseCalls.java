package io.helmgate.deployer.dispatch;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import io.helmgate.deployer.operation.Awaited;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.operation.Operations;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.HookLog;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.ReleaseCatalog;
import io.helmgate.deployer.release.StoredRevision;
import io.helmgate.deployer.release.Write;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsRequest;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.TestReleaseRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UnlockReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import java.util.List;

/** The RPCs of {@code helmgate.deployer.v1.ReleaseService}, each by its use case. */
public final class ReleaseCalls implements Calls {

  public static final String SERVICE = "helmgate.deployer.v1.ReleaseService";

  private final ReleaseCatalog releases;
  private final Operations operations;
  private final ReleaseRequests requests;
  private final WriteRequests writes;
  private final ReleaseMessages messages;
  private final OperationMessages operationMessages;

  public ReleaseCalls(
      ReleaseCatalog releases,
      Operations operations,
      ResourceNames names,
      ReleaseMessages messages,
      OperationMessages operationMessages) {
    this.releases = releases;
    this.operations = operations;
    this.requests = new ReleaseRequests(names);
    this.writes = new WriteRequests(names);
    this.messages = messages;
    this.operationMessages = operationMessages;
  }

  @Override
  public Reply execute(Caller caller, Call call) {
    return switch (call.request()) {
      case GetReleaseRequest request ->
          UseCases.run(
              requests.get(request),
              query ->
                  releases
                      .revision(caller, query.ref(), query.revision())
                      .flatMap(stored -> seen(caller, stored, request.getView())),
              seen -> messages.release(seen, request.getView()));
      case ListReleasesRequest request ->
          UseCases.run(
              requests.list(request),
              query -> releases.releases(caller, query.selection(), query.page(), query.whole()),
              page -> messages.releases(request, page));
      case ListReleaseRevisionsRequest request ->
          UseCases.run(
              requests.revisions(request),
              query -> releases.revisions(caller, query.ref(), query.page()),
              page -> messages.revisions(request, page));
      case InstallReleaseRequest request ->
          start(caller, writes.install(request), request.getWait());
      case UpgradeReleaseRequest request ->
          start(caller, writes.upgrade(request), request.getWait());
      case RollbackReleaseRequest request ->
          start(caller, writes.rollback(request), request.getWait());
      case UninstallReleaseRequest request ->
          start(caller, writes.uninstall(request), request.getWait());
      case TestReleaseRequest request -> start(caller, writes.test(request), request.getWait());
      case UnlockReleaseRequest request -> start(caller, writes.unlock(request), request.getWait());
      case Message _ -> throw new IllegalArgumentException("no such method: " + call.method());
    };
  }

  /** What is on the cluster is looked at only when a view asks for it. */
  private Outcome<SeenRevision> seen(Caller caller, StoredRevision stored, FieldMask view) {
    Outcome<List<ObjectStatus>> resources =
        Views.names(view, "resources")
            ? releases.resources(caller, stored)
            : Outcome.success(List.of());
    return resources.flatMap(
        objects ->
            (Views.names(view, "tests.logs")
                    ? releases.testLogs(caller, stored)
                    : Outcome.<List<HookLog>>success(List.of()))
                .map(logs -> new SeenRevision(stored, objects, logs)));
  }

  private Reply start(Caller caller, Validation<? extends Write> request, boolean wait) {
    return UseCases.<Write, Operation>write(
        request, write -> started(caller, write, wait), operationMessages::operation);
  }

  private Awaited<Operation> started(Caller caller, Write write, boolean wait) {
    return Awaited.of(
        operations.start(caller, write),
        started ->
            wait
                ? operations.await(caller, started, OperationCalls.MAX_WAIT)
                : Outcome.success(started.operation()));
  }
}
