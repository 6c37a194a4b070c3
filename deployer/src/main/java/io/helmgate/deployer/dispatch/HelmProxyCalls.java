package io.helmgate.deployer.dispatch;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Charts;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Releases;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HistoryFilter;
import java.util.function.Function;

/** The RPCs of {@code helmgate.HelmProxyService}, each by its use case. */
public final class HelmProxyCalls {

  private final Releases releases;
  private final Charts charts;

  public HelmProxyCalls(Releases releases, Charts charts) {
    this.releases = releases;
    this.charts = charts;
  }

  /**
   * Executes a call.
   *
   * @return the whole response, whatever view the request asks for
   * @throws IllegalArgumentException for a method that the service does not have
   */
  Reply execute(Caller caller, Call call) {
    return switch (call.method()) {
      case "/helmgate.HelmProxyService/GetApp" ->
          run(
              AppRequests.ref((AppRef) call.request()),
              ref -> releases.get(caller, ref),
              AppMessages::app);
      case "/helmgate.HelmProxyService/GetHistory" ->
          run(
              AppRequests.history((HistoryFilter) call.request()),
              query -> releases.history(caller, query.ref(), query.limit()),
              AppMessages::apps);
      case "/helmgate.HelmProxyService/SearchApps" ->
          run(
              AppRequests.search((AppFilter) call.request()),
              query -> releases.search(caller, query),
              AppMessages::apps);
      case "/helmgate.HelmProxyService/InstallApp" ->
          run(
              AppRequests.deploy((AppInput) call.request()),
              request -> releases.install(caller, request),
              AppMessages::app);
      case "/helmgate.HelmProxyService/UpdateApp" ->
          run(
              AppRequests.deploy((AppInput) call.request()),
              request -> releases.upgrade(caller, request),
              AppMessages::app);
      case "/helmgate.HelmProxyService/RollbackApp" ->
          run(
              AppRequests.ref((AppRef) call.request()),
              ref -> releases.rollback(caller, ref),
              AppMessages::app);
      case "/helmgate.HelmProxyService/UninstallApp" ->
          run(
              AppRequests.ref((AppRef) call.request()),
              ref -> releases.uninstall(caller, ref),
              ref -> Empty.getDefaultInstance());
      case "/helmgate.HelmProxyService/SearchCharts" ->
          run(
              AppRequests.charts((ChartFilter) call.request()),
              filter -> charts.search(filter.getTerm(), filter.getRegex()),
              AppMessages::charts);
      default -> throw new IllegalArgumentException("no such method: " + call.method());
    };
  }

  private static <Q, A> Reply run(
      Validation<Q> request, Function<Q, Outcome<A>> useCase, Function<A, Message> response) {
    return switch (request) {
      case Validation.Invalid<Q>(var violations) -> new Reply.Failed(Fault.invalid(violations));
      case Validation.Valid<Q>(var query) ->
          switch (useCase.apply(query)) {
            case Outcome.Success<A>(var answer) -> new Reply.Done(response.apply(answer));
            case Outcome.Failure<A>(var reason, var message) ->
                new Reply.Failed(Fault.of(reason, message));
          };
    };
  }
}
