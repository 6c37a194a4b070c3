package io.helmgate.deployer.dispatch;

import com.google.protobuf.Empty;
import io.helmgate.deployer.operation.AwaitedWrites;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Charts;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.deployer.release.Releases;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HistoryFilter;

/** The RPCs of {@code helmgate.HelmProxyService}, each by its use case. */
public final class HelmProxyCalls implements Calls {

  private final Releases releases;
  private final AwaitedWrites writes;
  private final Charts charts;
  private final AppMessages messages;

  public HelmProxyCalls(
      Releases releases, AwaitedWrites writes, Charts charts, Disclosure disclosure) {
    this.releases = releases;
    this.writes = writes;
    this.charts = charts;
    this.messages = new AppMessages(disclosure);
  }

  @Override
  public Reply execute(Caller caller, Call call) {
    return switch (call.method()) {
      case "/helmgate.HelmProxyService/GetApp" ->
          UseCases.run(
              AppRequests.ref((AppRef) call.request()),
              ref -> releases.get(caller, ref),
              messages::app);
      case "/helmgate.HelmProxyService/GetHistory" ->
          UseCases.run(
              AppRequests.history((HistoryFilter) call.request()),
              query -> releases.history(caller, query.ref(), query.limit()),
              messages::apps);
      case "/helmgate.HelmProxyService/SearchApps" ->
          UseCases.run(
              AppRequests.search((AppFilter) call.request()),
              query -> releases.search(caller, query),
              messages::apps);
      case "/helmgate.HelmProxyService/InstallApp" ->
          UseCases.write(
              AppRequests.deploy((AppInput) call.request()),
              request -> writes.install(caller, request),
              messages::app);
      case "/helmgate.HelmProxyService/UpdateApp" ->
          UseCases.write(
              AppRequests.deploy((AppInput) call.request()),
              request -> writes.upgrade(caller, request),
              messages::app);
      case "/helmgate.HelmProxyService/RollbackApp" ->
          UseCases.write(
              AppRequests.ref((AppRef) call.request()),
              ref -> writes.rollback(caller, ref),
              messages::app);
      case "/helmgate.HelmProxyService/UninstallApp" ->
          UseCases.write(
              AppRequests.ref((AppRef) call.request()),
              ref -> writes.uninstall(caller, ref),
              ref -> Empty.getDefaultInstance());
      case "/helmgate.HelmProxyService/SearchCharts" ->
          UseCases.run(
              AppRequests.charts((ChartFilter) call.request()),
              filter -> charts.search(filter.getTerm(), filter.getRegex()),
              AppMessages::charts);
      default -> throw new IllegalArgumentException("no such method: " + call.method());
    };
  }
}
