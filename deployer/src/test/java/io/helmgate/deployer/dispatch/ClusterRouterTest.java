package io.helmgate.deployer.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.rpc.Code;
import io.helmgate.deployer.release.Caller;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterRouterTest {

  private static final Caller CALLER = new Caller("ann", List.of(), "d-1");

  private final Calls router =
      new ClusterRouter(
          Map.of("one", named("one"), "two", named("two"), "-", named("all")), named("refused"));

  @ParameterizedTest
  @CsvSource({
    "clusters/one/namespaces/a/releases/b, one",
    "clusters/two/namespaces/a/releases/b, two",
    "clusters/two/x, two",
    "clusters/-/namespaces/a, all",
    "clusters/three/namespaces/a, refused",
    "clusters/One/namespaces/a, refused",
    "clusters//namespaces/a, refused",
    "clusters/one, refused",
    "/clusters/one/namespaces/a, refused",
    "xclusters/one/namespaces/a, refused",
    "namespaces/clusters/one/a, refused",
    "'', refused"
  })
  void aCallIsOnTheClusterThatItsNameSays(String name, String cluster) {
    assertThat(reached(GetReleaseRequest.newBuilder().setName(name).build())).isEqualTo(cluster);
    assertThat(reached(ListReleasesRequest.newBuilder().setParent(name).build()))
        .isEqualTo(cluster);
    assertThat(
            reached(
                InstallReleaseRequest.newBuilder()
                    .setParent(name)
                    .setReleaseId("clusters/two/x")
                    .build()))
        .isEqualTo(cluster);
  }

  @Test
  void callsBeyondALimitAreRefusedAtOnceAndOthersAreNot() throws Exception {
    var begun = new CountDownLatch(2);
    var answer = new CountDownLatch(1);
    var limit = new CallLimit("cluster one", 2);
    var hanging =
        limit.of(
            (_, _) -> {
              begun.countDown();
              try {
                answer.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new Reply.Done(Empty.getDefaultInstance());
            });
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = callers.submit(() -> hanging.execute(CALLER, call(Empty.getDefaultInstance())));
      var second = callers.submit(() -> hanging.execute(CALLER, call(Empty.getDefaultInstance())));
      begun.await();

      var third = limit.of(named("x")).execute(CALLER, call(Empty.getDefaultInstance()));
      answer.countDown();
      first.get();
      second.get();
      var later = limit.of(named("x")).execute(CALLER, call(Empty.getDefaultInstance()));

      assertThat(third)
          .isInstanceOfSatisfying(
              Reply.Failed.class,
              failed -> {
                assertThat(failed.fault().code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
                assertThat(failed.fault().message()).contains("cluster one");
              });
      assertThat(later).isEqualTo(new Reply.Done(StringValue.of("x")));
    }
  }

  private String reached(Message request) {
    return router.execute(CALLER, call(request)) instanceof Reply.Done(StringValue name, String _)
        ? name.getValue()
        : "";
  }

  private static Calls named(String name) {
    return (_, _) -> new Reply.Done(StringValue.of(name));
  }

  private static Call call(Message request) {
    return new Call("s", "/s/m", request, "", 0, 1);
  }
}
