package io.helmgate.deployer.dispatch;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.util.FieldMaskUtil;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Apps;
import io.helmgate.proto.Chart;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.Charts;
import io.helmgate.proto.HistoryFilter;

/** Cuts responses down to the fields that a request asks for. */
final class Views {

  private Views() {}

  /** The part of a response that its request's {@code view} names; all of it without a view. */
  static Message apply(Message request, Message response) {
    var view = view(request);
    if (view.getPathsCount() == 0) {
      return response;
    }
    return switch (response) {
      case App app -> FieldMaskUtil.trim(view, app);
      case Apps apps -> {
        var trimmed = Apps.newBuilder();
        for (App app : apps.getAppsList()) {
          trimmed.addApps(FieldMaskUtil.trim(view, app));
        }
        yield trimmed.build();
      }
      case Charts charts -> {
        var trimmed = Charts.newBuilder();
        for (Chart chart : charts.getChartsList()) {
          trimmed.addCharts(FieldMaskUtil.trim(view, chart));
        }
        yield trimmed.build();
      }
      default -> response;
    };
  }

  private static FieldMask view(Message request) {
    return switch (request) {
      case AppRef ref -> ref.getView();
      case AppFilter filter -> filter.getView();
      case AppInput input -> input.getView();
      case HistoryFilter filter -> filter.getView();
      case ChartFilter filter -> filter.getView();
      default -> FieldMask.getDefaultInstance();
    };
  }
}
