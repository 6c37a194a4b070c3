package io.helmgate.kit.lifecycle;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A service that says on standard output what happens to it; tests run it as a process. */
final class ProbeMain {
  record ProbeConfig(boolean startFails, boolean drainHangs) {}

  static final ServiceDefinition<ProbeConfig> SERVICE =
      new ServiceDefinition<>(
          "probe",
          "probe",
          ProbeConfig.class,
          (config, context) -> {
            if (config.section().startFails()) {
              throw new IOException("port 1: not permitted");
            }
            System.out.println("started");
            return new Probe(config.section());
          });

  private ProbeMain() {}

  public static void main(String[] args) {
    System.exit(ServiceRunner.ofProcess().run(args, SERVICE));
  }

  private record Probe(ProbeConfig config) implements RunningService {

    @Override
    public void drain(Duration atMost) throws InterruptedException {
      System.out.println("draining for " + atMost);
      if (config.drainHangs()) {
        new CountDownLatch(1).await();
      }
    }

    @Override
    public void close() {
      System.out.println("closed");
    }
  }
}
