package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DriftCheck;
import io.helmgate.deployer.release.Previews;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.deployer.v1.CheckDriftRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.OperationAction;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;

/** The RPCs of {@code helmgate.deployer.v1.PlanService}, each by its use case. */
public final class PlanCalls implements Calls {

  public static final String SERVICE = "helmgate.deployer.v1.PlanService";

  private final Previews previews;
  private final DriftCheck drift;
  private final ReleaseRequests requests;
  private final WriteRequests writes;
  private final PlanMessages messages;

  public PlanCalls(
      Previews previews, DriftCheck drift, ResourceNames names, PlanMessages messages) {
    this.previews = previews;
    this.drift = drift;
    this.requests = new ReleaseRequests(names);
    this.writes = new WriteRequests(names);
    this.messages = messages;
  }

  @Override
  public Reply execute(Caller caller, Call call) {
    return switch (call.method()) {
      case "/helmgate.deployer.v1.PlanService/PreviewInstall" ->
          UseCases.run(
              writes.previewInstall((InstallReleaseRequest) call.request()),
              write -> previews.install(caller, write.request()),
              preview -> messages.plan(preview, OperationAction.OPERATION_ACTION_INSTALL));
      case "/helmgate.deployer.v1.PlanService/PreviewUpgrade" ->
          UseCases.run(
              writes.previewUpgrade((UpgradeReleaseRequest) call.request()),
              write -> previews.upgrade(caller, write.request()),
              preview -> messages.plan(preview, OperationAction.OPERATION_ACTION_UPGRADE));
      case "/helmgate.deployer.v1.PlanService/PreviewRollback" ->
          UseCases.run(
              writes.previewRollback((RollbackReleaseRequest) call.request()),
              write -> previews.rollback(caller, write),
              preview -> messages.plan(preview, OperationAction.OPERATION_ACTION_ROLLBACK));
      case "/helmgate.deployer.v1.PlanService/CheckDrift" ->
          UseCases.run(
              requests.drift((CheckDriftRequest) call.request()),
              query -> drift.check(caller, query.ref(), query.ignored()),
              messages::drift);
      default -> throw new IllegalArgumentException("no such method: " + call.method());
    };
  }
}
