package io.helmgate.deployer.dispatch;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.operation.OperationName;
import io.helmgate.deployer.operation.Operations;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Page;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.deployer.v1.CancelOperationRequest;
import io.helmgate.proto.deployer.v1.GetOperationRequest;
import io.helmgate.proto.deployer.v1.ListOperationsRequest;
import io.helmgate.proto.deployer.v1.ListOperationsResponse;
import io.helmgate.proto.deployer.v1.OperationEvent;
import io.helmgate.proto.deployer.v1.WaitOperationRequest;
import io.helmgate.proto.deployer.v1.WatchOperationRequest;
import java.util.Comparator;
import java.util.List;

/** The RPCs of {@code helmgate.deployer.v1.OperationService}, each by its use case. */
public final class OperationCalls implements Calls {

  public static final String SERVICE = "helmgate.deployer.v1.OperationService";

  /** The longest time that a call waits; less than the route timeout of the gateway before it. */
  static final java.time.Duration MAX_WAIT = java.time.Duration.ofMinutes(5);

  private final Operations operations;
  private final ResourceNames names;
  private final OperationMessages messages;
  private final OperationStreams streams;

  public OperationCalls(
      Operations operations,
      ResourceNames names,
      OperationMessages messages,
      OperationStreams streams) {
    this.operations = operations;
    this.names = names;
    this.messages = messages;
    this.streams = streams;
  }

  private record Waiting(OperationName name, java.time.Duration atMost) {}

  private record Watching(OperationName name, int after) {}

  /** Which page of the operations on which releases. */
  record Listing(ResourceNames.Releases releases, Page.Wanted page) {}

  @Override
  public Reply execute(Caller caller, Call call) {
    return switch (call.request()) {
      case GetOperationRequest request ->
          UseCases.run(get(request), name -> operations.get(caller, name), messages::operation);
      case ListOperationsRequest request ->
          UseCases.run(
              list(request, names),
              query ->
                  operations
                      .list(caller, query.releases().namespace(), query.releases().release())
                      .map(all -> newestFirst(all, query.page())),
              page -> messages.operations(request, page));
      case CancelOperationRequest request ->
          UseCases.run(
              cancel(request), name -> operations.cancel(caller, name), messages::operation);
      case WaitOperationRequest request ->
          UseCases.run(
              wait(request),
              query -> operations.await(caller, query.name(), query.atMost()),
              messages::operation);
      case WatchOperationRequest request ->
          UseCases.reply(
              watch(request),
              query -> operations.watch(caller, query.name(), query.after()),
              events -> streams.reply(events, caller.until()));
      case Message _ -> throw new IllegalArgumentException("no such method: " + call.method());
    };
  }

  private Validation<OperationName> get(GetOperationRequest request) {
    var rules = new FieldRules();
    var name = names.operation("name", request.getName(), rules);
    rules.view("view", request.getView(), com.google.longrunning.Operation.getDescriptor());
    return rules.result(() -> name);
  }

  private Validation<OperationName> cancel(CancelOperationRequest request) {
    var rules = new FieldRules();
    var name = names.operation("name", request.getName(), rules);
    rules.view("view", request.getView(), com.google.longrunning.Operation.getDescriptor());
    return rules.result(() -> name);
  }

  private Validation<Waiting> wait(WaitOperationRequest request) {
    var rules = new FieldRules();
    var name = names.operation("name", request.getName(), rules);
    Duration longest = Durations.fromSeconds(MAX_WAIT.toSeconds());
    var timeout =
        request.hasTimeout() && rules.timeout("timeout", request.getTimeout(), longest)
            ? request.getTimeout()
            : longest;
    rules.view("view", request.getView(), com.google.longrunning.Operation.getDescriptor());
    return rules.result(
        () -> new Waiting(name, java.time.Duration.ofNanos(Durations.toNanos(timeout))));
  }

  private Validation<Watching> watch(WatchOperationRequest request) {
    var rules = new FieldRules();
    var name = names.operation("name", request.getName(), rules);
    rules.count("after_sequence", request.getAfterSequence());
    rules.view("view", request.getView(), OperationEvent.getDescriptor());
    return rules.result(() -> new Watching(name, request.getAfterSequence()));
  }

  static Validation<Listing> list(ListOperationsRequest request, ResourceNames names) {
    var rules = new FieldRules();
    var releases = names.anyRelease("parent", request.getParent(), rules);
    var page = PageTokens.wanted(request, rules);
    rules.view("view", request.getView(), ListOperationsResponse.getDescriptor());
    return rules.result(() -> new Listing(releases, page));
  }

  /** Smaller for newer operations. */
  static String countdown(Operation operation) {
    var created = operation.created();
    long nanos = created.getEpochSecond() * 1_000_000_000 + created.getNano();
    return "%019d %s".formatted(Long.MAX_VALUE - nanos, operation.name().id());
  }

  private static Page<Operation> newestFirst(List<Operation> all, Page.Wanted wanted) {
    return Page.of(all.stream(), wanted, OperationCalls::countdown, Comparator.naturalOrder());
  }
}
