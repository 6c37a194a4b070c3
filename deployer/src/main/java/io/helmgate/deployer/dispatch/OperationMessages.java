package io.helmgate.deployer.dispatch;

import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.fault.Statuses;
import io.helmgate.deployer.operation.Action;
import io.helmgate.deployer.operation.Ending;
import io.helmgate.deployer.operation.Event;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Phase;
import io.helmgate.proto.deployer.v1.ListOperationsRequest;
import io.helmgate.proto.deployer.v1.ListOperationsResponse;
import io.helmgate.proto.deployer.v1.ObjectProgress;
import io.helmgate.proto.deployer.v1.OperationAction;
import io.helmgate.proto.deployer.v1.OperationEvent;
import io.helmgate.proto.deployer.v1.OperationMetadata;
import io.helmgate.proto.deployer.v1.OperationPhase;
import java.time.Clock;
import java.util.Optional;

/** Writes operations as {@code google.longrunning.Operation}, and their events. */
public final class OperationMessages {

  private final ResourceNames names;
  private final ReleaseMessages releases;
  private final Clock clock;

  public OperationMessages(ResourceNames names, ReleaseMessages releases, Clock clock) {
    this.names = names;
    this.releases = releases;
    this.clock = clock;
  }

  com.google.longrunning.Operation operation(Operation operation) {
    var message =
        com.google.longrunning.Operation.newBuilder()
            .setName(names.of(operation.name()))
            .setMetadata(Any.pack(metadata(operation)))
            .setDone(operation.done());
    operation.ending().ifPresent(ending -> result(message, ending));
    return message.build();
  }

  ListOperationsResponse operations(ListOperationsRequest request, Page<Operation> page) {
    return ListOperationsResponse.newBuilder()
        .addAllOperations(page.items().stream().map(this::operation).toList())
        .setNextPageToken(PageTokens.next(request, page))
        .build();
  }

  OperationEvent event(Event event, Optional<Operation> ended) {
    var message =
        OperationEvent.newBuilder()
            .setSequence(event.sequence())
            .setTime(ReleaseMessages.timestamp(event.time()))
            .setPhase(phase(event.phase()));
    event.object().ifPresent(object -> message.setObject(object(object)));
    ended.ifPresent(operation -> message.setOperation(operation(operation)));
    return message.build();
  }

  /** Tells a client, and all between, that the stream is alive. */
  OperationEvent heartbeat() {
    return OperationEvent.newBuilder().setTime(ReleaseMessages.timestamp(clock.instant())).build();
  }

  private void result(com.google.longrunning.Operation.Builder message, Ending ending) {
    switch (ending) {
      case Ending.Succeeded(var release) ->
          message.setResponse(
              release
                  .map(revision -> Any.pack(releases.release(revision)))
                  .orElseGet(() -> Any.pack(Empty.getDefaultInstance())));
      case Ending.Failed(var reason, var why, var violations) ->
          message.setError(Statuses.of(Fault.of(reason, why, violations)));
    }
  }

  private OperationMetadata metadata(Operation operation) {
    var metadata =
        OperationMetadata.newBuilder()
            .setRelease(names.of(operation.name().release()))
            .setAction(action(operation.action()))
            .setPhase(phase(operation.phase()))
            .setCaller(operation.caller().user())
            .setCreateTime(ReleaseMessages.timestamp(operation.created()))
            .setUpdateTime(ReleaseMessages.timestamp(operation.updated()))
            .setChart(operation.chart())
            .setChartVersion(operation.chartVersion())
            .setChartDigest(operation.chartDigest())
            .setRevision(operation.revision())
            .setCancelRequested(operation.cancelRequested())
            .setSequence(operation.sequence())
            .addAllWarnings(operation.warnings())
            .addAllObjects(operation.objects().stream().map(OperationMessages::object).toList());
    if (operation.done()) {
      metadata.setEndTime(ReleaseMessages.timestamp(operation.updated()));
    }
    return metadata.build();
  }

  private static ObjectProgress object(ObjectStatus object) {
    return ObjectProgress.newBuilder()
        .setApiVersion(object.apiVersion())
        .setKind(object.kind())
        .setNamespace(object.namespace())
        .setName(object.name())
        .setReady(object.ready())
        .setMessage(object.missing())
        .build();
  }

  private static OperationAction action(Action action) {
    return switch (action) {
      case INSTALL -> OperationAction.OPERATION_ACTION_INSTALL;
      case UPGRADE -> OperationAction.OPERATION_ACTION_UPGRADE;
      case ROLLBACK -> OperationAction.OPERATION_ACTION_ROLLBACK;
      case UNINSTALL -> OperationAction.OPERATION_ACTION_UNINSTALL;
      case UNLOCK -> OperationAction.OPERATION_ACTION_UNLOCK;
      case TEST -> OperationAction.OPERATION_ACTION_TEST;
    };
  }

  private static OperationPhase phase(Phase phase) {
    return switch (phase) {
      case QUEUED -> OperationPhase.OPERATION_PHASE_QUEUED;
      case FETCHING -> OperationPhase.OPERATION_PHASE_FETCHING;
      case RENDERING -> OperationPhase.OPERATION_PHASE_RENDERING;
      case CHECKING -> OperationPhase.OPERATION_PHASE_CHECKING;
      case APPLYING -> OperationPhase.OPERATION_PHASE_APPLYING;
      case HOOKS -> OperationPhase.OPERATION_PHASE_HOOKS;
      case WAITING -> OperationPhase.OPERATION_PHASE_WAITING;
      case DONE -> OperationPhase.OPERATION_PHASE_DONE;
    };
  }
}
