package io.helmgate.e2e.client;

import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Chart;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HistoryFilter;
import java.util.List;

/** The eight verbs, whatever the transport. */
public interface HelmApi {

  Reply<App> getApp(AppRef ref);

  Reply<List<App>> getHistory(HistoryFilter filter);

  Reply<List<App>> searchApps(AppFilter filter);

  Reply<List<Chart>> searchCharts(ChartFilter filter);

  Reply<App> installApp(AppInput input);

  Reply<App> updateApp(AppInput input);

  Reply<App> rollbackApp(AppRef ref);

  /** Uninstalls; the value only says that it worked. */
  Reply<Boolean> uninstallApp(AppRef ref);
}
