package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.dispatch.Reply;
import io.helmgate.deployer.fault.Fault;
import io.helmgate.kit.client.V1Grpc;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.ListRepositoriesRequest;
import io.helmgate.proto.deployer.v1.RefreshRepositoryRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chart repository that takes connections and says nothing. */
final class HangingRepositoryIT {
  private static final int CALLS = 150;

  @Test
  void callsThatDoNotNeedItAreAnswered(@TempDir Path directory) throws Exception {
    var silent = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    try (var replica =
            Replica.of(
                HelmSystem.start(
                    SharedSandbox.get().cluster().serviceKubeconfig(),
                    URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/"),
                    directory,
                    Engine.IN_PROCESS,
                    () -> {}));
        var api =
            new RunningApi(
                new TestAssertions(directory, "keycloak:bob", "keycloak:team-a"), replica.calls());
        var callers = Executors.newVirtualThreadPerTaskExecutor();
        silent) {
      var client = new V1Grpc(api);
      var refresh = RefreshRepositoryRequest.newBuilder().setName("repositories/sandbox").build();
      var refused = new AtomicInteger();
      for (int i = 0; i < CALLS; i++) {
        callers.execute(
            () -> {
              if (client.call("RefreshRepository", refresh).code() == Code.RESOURCE_EXHAUSTED) {
                refused.incrementAndGet();
              }
            });
      }
      Awaitility.await().until(() -> refused.get() == CALLS - 16);

      long before = System.nanoTime();
      assertThat(
              HealthGrpc.newBlockingStub(api.channel())
                  .withDeadlineAfter(5, TimeUnit.SECONDS)
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
      assertThat(
              client
                  .call(
                      "GetRelease",
                      GetReleaseRequest.newBuilder()
                          .setName("clusters/default/namespaces/team-a/releases/none")
                          .build())
                  .code())
          .isEqualTo(Code.NOT_FOUND);
      assertThat(
              client.call("ListRepositories", ListRepositoriesRequest.getDefaultInstance()).code())
          .isEqualTo(Code.OK);
      assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }
  }

  @Test
  void healthIsAnsweredWhileEveryThreadForCallsIsTaken(@TempDir Path directory) throws Exception {
    var held = new CountDownLatch(1);
    try (var api =
            new RunningApi(
                new TestAssertions(directory, "keycloak:bob", "keycloak:team-a"),
                (_, _) -> {
                  try {
                    held.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return new Reply.Failed(Fault.of(Code.UNAVAILABLE, "nothing to say"));
                });
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLS; i++) {
        callers.execute(
            () ->
                new V1Grpc(api)
                    .call("ListRepositories", ListRepositoriesRequest.getDefaultInstance()));
      }
      assertThat(
              HealthGrpc.newBlockingStub(api.channel())
                  .withDeadlineAfter(10, TimeUnit.SECONDS)
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
      held.countDown();
    }
  }
}
