package io.helmgate.bench.server;

import com.google.rpc.Code;
import com.google.rpc.Status;
import io.dropwizard.metrics5.MetricRegistry;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.grpc.InsecureServerCredentials;
import io.grpc.stub.StreamObserver;
import io.helmgate.extauthz.check.CheckServer;
import io.helmgate.extauthz.limits.load.Backlog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Allows everything at once: the limit of what any service behind extauthz's server can reach. */
public final class NoOpServer {

  private static final Duration LONG = Duration.ofDays(1);

  private NoOpServer() {}

  private static final class AllowAll extends AuthorizationGrpc.AuthorizationImplBase {

    private static final CheckResponse ALLOWED =
        CheckResponse.newBuilder()
            .setStatus(Status.newBuilder().setCode(Code.OK_VALUE))
            .setOkResponse(OkHttpResponse.getDefaultInstance())
            .build();

    @Override
    public void check(CheckRequest check, StreamObserver<CheckResponse> replies) {
      replies.onNext(ALLOWED);
      replies.onCompleted();
    }
  }

  /** Serves on the port that is the only argument, until the process is ended. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
    try (CheckServer _ =
        CheckServer.start(
            new CheckServer.Settings(address, Optional.empty(), LONG, LONG, Duration.ZERO),
            InsecureServerCredentials.create(),
            new AllowAll(),
            new Backlog(Backlog.Settings.unlimited(), System::nanoTime, new MetricRegistry()),
            false)) {
      Thread.currentThread().join();
    }
  }
}
