package io.helmgate.deployer.helm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Helm in this process, which begins to write only when it is told to, however late, as one does
 * whose hooks before take long.
 */
public final class HeldHelm implements HelmRuntime {

  private final InProcessHelm helm;
  private final CountDownLatch held = new CountDownLatch(1);

  public HeldHelm(Path directory) throws IOException {
    helm = InProcessHelm.start(directory.resolve("first"), Map.of(), () -> {});
  }

  /** Lets all go on. */
  public void letGo() {
    held.countDown();
  }

  @Override
  public String run(HelmCall call, CompletableFuture<?> stop) throws IOException {
    if (!(call instanceof HelmCall.Template)) {
      try {
        held.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    return helm.run(call, stop);
  }

  @Override
  public boolean stopsCalls() {
    return helm.stopsCalls();
  }

  @Override
  public void close() {
    letGo();
    helm.close();
  }
}
