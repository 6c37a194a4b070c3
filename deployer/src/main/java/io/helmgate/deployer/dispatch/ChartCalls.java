package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.catalog.ChartCatalog;
import io.helmgate.deployer.release.Caller;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.deployer.v1.GetChartVersionRequest;
import io.helmgate.proto.deployer.v1.ListChartVersionsRequest;
import io.helmgate.proto.deployer.v1.ListChartsRequest;

/** The RPCs of {@code helmgate.deployer.v1.ChartService}, each by its use case. */
public final class ChartCalls implements Calls {

  public static final String SERVICE = "helmgate.deployer.v1.ChartService";

  private final ChartCatalog charts;

  public ChartCalls(ChartCatalog charts) {
    this.charts = charts;
  }

  @Override
  public Reply execute(Caller caller, Call call) {
    return switch (call.request()) {
      case ListChartsRequest request ->
          UseCases.run(
              ChartRequests.list(request),
              query -> charts.charts(query.selection(), query.page()),
              page -> ChartMessages.charts(request, page));
      case ListChartVersionsRequest request ->
          UseCases.run(
              ChartRequests.versions(request),
              query -> charts.versions(query.chart(), query.page()),
              page -> ChartMessages.versions(request, page));
      case GetChartVersionRequest request ->
          UseCases.run(
              ChartRequests.version(request),
              query -> charts.version(query.chart(), query.parts()),
              ChartMessages::details);
      case Message _ -> throw new IllegalArgumentException("no such method: " + call.method());
    };
  }
}
