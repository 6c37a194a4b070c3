package io.helmgate.deployer.grpc;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.dispatch.Reply;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.deployer.gate.AuthorizedRequest;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Apps;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.Charts;
import io.helmgate.proto.HelmProxyServiceGrpc;
import io.helmgate.proto.HistoryFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code helmgate.HelmProxyService}. */
public final class HelmProxyGrpcService extends HelmProxyServiceGrpc.HelmProxyServiceImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(HelmProxyGrpcService.class);

  private final CallExecutor executor;

  public HelmProxyGrpcService(CallExecutor executor) {
    this.executor = executor;
  }

  @Override
  public void getApp(AppRef request, StreamObserver<App> observer) {
    answer(HelmProxyServiceGrpc.getGetAppMethod(), request, observer);
  }

  @Override
  public void getHistory(HistoryFilter request, StreamObserver<Apps> observer) {
    answer(HelmProxyServiceGrpc.getGetHistoryMethod(), request, observer);
  }

  @Override
  public void searchApps(AppFilter request, StreamObserver<Apps> observer) {
    answer(HelmProxyServiceGrpc.getSearchAppsMethod(), request, observer);
  }

  @Override
  public void uninstallApp(AppRef request, StreamObserver<Empty> observer) {
    answer(HelmProxyServiceGrpc.getUninstallAppMethod(), request, observer);
  }

  @Override
  public void rollbackApp(AppRef request, StreamObserver<App> observer) {
    answer(HelmProxyServiceGrpc.getRollbackAppMethod(), request, observer);
  }

  @Override
  public void installApp(AppInput request, StreamObserver<App> observer) {
    answer(HelmProxyServiceGrpc.getInstallAppMethod(), request, observer);
  }

  @Override
  public void updateApp(AppInput request, StreamObserver<App> observer) {
    answer(HelmProxyServiceGrpc.getUpdateAppMethod(), request, observer);
  }

  @Override
  public void searchCharts(ChartFilter request, StreamObserver<Charts> observer) {
    answer(HelmProxyServiceGrpc.getSearchChartsMethod(), request, observer);
  }

  private <Q extends Message, A extends Message> void answer(
      MethodDescriptor<Q, A> method, Q request, StreamObserver<A> observer) {
    var authorized = AuthorizedRequest.of(ServiceRequestContext.current());
    var call = authorized.onlyCall();
    if (!call.method().equals("/" + method.getFullMethodName())
        || !call.request().equals(request)) {
      LOG.error(
          "decoder fault: gRPC read another message than the decoder: {} and {}",
          method.getFullMethodName(),
          call.method());
      observer.onError(
          GrpcFaults.exception(
              Fault.of(Code.PERMISSION_DENIED, "the request is not the one that was authorised")));
      return;
    }
    switch (executor.execute(authorized.origin(), call)) {
      case Reply.Done(var response) -> {
        @SuppressWarnings("unchecked") // the method's own response type, by dispatch
        var typed = (A) response;
        observer.onNext(typed);
        observer.onCompleted();
      }
      case Reply.Failed(var fault) -> observer.onError(GrpcFaults.exception(fault));
    }
  }
}
