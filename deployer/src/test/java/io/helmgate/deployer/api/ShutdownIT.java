package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.proto.AppRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShutdownIT {

  private static final AppRef REF =
      AppRef.newBuilder().setNamespace("team-a").setName("web").build();

  @Test
  void aCallUnderWayIsAnsweredBeforeThePortCloses(@TempDir Path directory) throws Exception {
    try (var api = new RunningApi(directory, true, true)) {
      var begun = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      api.domain.before(
          () -> {
            begun.countDown();
            await(goOn);
          });
      var answer =
          CompletableFuture.supplyAsync(
              () -> new GrpcClient(api.channel()).call("GetApp", REF, api.assertions::forCalls));
      await(begun);

      var stopped = CompletableFuture.runAsync(api::stopServer);
      assertThat(stopped).as("waits for the call").failsWithin(Duration.ofSeconds(1));
      goOn.countDown();

      assertThat(answer.get(20, TimeUnit.SECONDS).code()).isEqualTo(Code.OK);
      stopped.get(20, TimeUnit.SECONDS);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
