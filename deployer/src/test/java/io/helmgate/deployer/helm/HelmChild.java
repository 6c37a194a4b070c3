package io.helmgate.deployer.helm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.HelmReleases;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.kit.lifecycle.Signals;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that runs Helm and waits for a signal, as the service does. Arguments: kubeconfig,
 * repository, directory, release, and how many of the engine's wishes to register signal handlers
 * again are granted. Commands come by standard input, one a line.
 */
final class HelmChild {
  private HelmChild() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    ReleaseRef ref = new ReleaseRef("team-a", args[3]);
    AtomicInteger granted = new AtomicInteger(Integer.parseInt(args[4]));
    Signals signals = Signals.ofProcess();
    signals.install();
    Runnable again =
        () -> {
          if (granted.getAndDecrement() > 0) {
            signals.install();
          }
        };
    try (HelmSystem system =
        HelmSystem.start(
            Path.of(args[0]),
            URI.create(args[1]),
            Path.of(args[2]),
            HelmSystem.Engine.IN_PROCESS,
            again)) {
      Thread commands = new Thread(() -> obey(system.releases(), ref), "commands");
      commands.setDaemon(true);
      commands.start();
      System.out.println("stopped by " + signals.await());
    }
    System.out.println("closed");
  }

  private static void obey(HelmReleases releases, ReleaseRef ref) {
    DeployRequest request = ReleaseFixture.demo(ref, "0.1.0", null);
    try (Scanner lines = new Scanner(System.in, UTF_8)) {
      System.out.println("ready");
      while (lines.hasNextLine()) {
        Outcome<?> outcome =
            switch (lines.nextLine()) {
              case "install" -> releases.install(ReleaseFixture.TEAM_A, request);
              case "upgrade" -> releases.upgrade(ReleaseFixture.TEAM_A, request);
              case "uninstall" -> releases.uninstall(ReleaseFixture.TEAM_A, ref);
              default -> throw new IllegalArgumentException("command");
            };
        System.out.println(outcome instanceof Outcome.Success<?> ? "done" : outcome.toString());
      }
    }
  }
}
