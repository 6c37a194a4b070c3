package io.helmgate.e2e.client;

import com.google.rpc.Code;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Chart;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HelmProxyServiceGrpc;
import io.helmgate.proto.HelmProxyServiceGrpc.HelmProxyServiceBlockingStub;
import io.helmgate.proto.HistoryFilter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The API by generated gRPC stubs. */
public final class GrpcApi implements HelmApi {

  private static final Duration DEADLINE = Duration.ofMinutes(6);

  private final HelmProxyServiceBlockingStub stub;

  public GrpcApi(Channel channel, Supplier<String> token) {
    stub = HelmProxyServiceGrpc.newBlockingStub(channel).withCallCredentials(new Bearer(token));
  }

  @Override
  public Reply<App> getApp(AppRef ref) {
    return call(() -> stub().getApp(ref));
  }

  @Override
  public Reply<List<App>> getHistory(HistoryFilter filter) {
    return call(() -> stub().getHistory(filter).getAppsList());
  }

  @Override
  public Reply<List<App>> searchApps(AppFilter filter) {
    return call(() -> stub().searchApps(filter).getAppsList());
  }

  @Override
  public Reply<List<Chart>> searchCharts(ChartFilter filter) {
    return call(() -> stub().searchCharts(filter).getChartsList());
  }

  @Override
  public Reply<App> installApp(AppInput input) {
    return call(() -> stub().installApp(input));
  }

  @Override
  public Reply<App> updateApp(AppInput input) {
    return call(() -> stub().updateApp(input));
  }

  @Override
  public Reply<App> rollbackApp(AppRef ref) {
    return call(() -> stub().rollbackApp(ref));
  }

  @Override
  public Reply<Boolean> uninstallApp(AppRef ref) {
    return call(
        () -> {
          var _ = stub().uninstallApp(ref);
          return true;
        });
  }

  @Override
  public String toString() {
    return "gRPC";
  }

  private HelmProxyServiceBlockingStub stub() {
    return stub.withDeadlineAfter(DEADLINE);
  }

  private static <T> Reply<T> call(Supplier<T> call) {
    try {
      return Reply.ok(call.get());
    } catch (StatusRuntimeException e) {
      var description = e.getStatus().getDescription();
      return Reply.error(
          Code.forNumber(e.getStatus().getCode().value()), description == null ? "" : description);
    }
  }

  /** Sends the token as a gRPC client does; an empty token is not sent. */
  private static final class Bearer extends CallCredentials {

    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Supplier<String> token;

    Bearer(Supplier<String> token) {
      this.token = token;
    }

    @Override
    public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
      var headers = new Metadata();
      var value = token.get();
      if (!value.isEmpty()) {
        headers.put(AUTHORIZATION, "Bearer " + value);
      }
      applier.apply(headers);
    }
  }
}
