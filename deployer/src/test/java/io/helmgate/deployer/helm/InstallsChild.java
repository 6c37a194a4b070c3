package io.helmgate.deployer.helm;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.ReleaseRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A process that installs and uninstalls a small chart again and again, and tells every tenth of
 * the way what it holds. Arguments: kubeconfig, repository, directory, engine, prefix of the
 * releases, how many.
 */
final class InstallsChild {

  private InstallsChild() {}

  /** What the process and those below it hold together. */
  record Held(int installs, long memory, int threads, int descriptors, int processes, long millis) {
    static Held of(String line) {
      var words = line.split(" ", -1);
      return new Held(
          Integer.parseInt(words[1]),
          Long.parseLong(words[2]),
          Integer.parseInt(words[3]),
          Integer.parseInt(words[4]),
          Integer.parseInt(words[5]),
          Long.parseLong(words[6]));
    }

    private static Held now(int installs, long millis) throws IOException {
      var below = ProcessHandle.current().children().toList();
      var all = Stream.concat(Stream.of(ProcessHandle.current()), below.stream()).toList();
      long memory = 0;
      int threads = 0;
      int descriptors = 0;
      for (var process : all) {
        var directory = Path.of("/proc", Long.toString(process.pid()));
        memory += status(directory, "VmRSS");
        threads += (int) status(directory, "Threads");
        try (Stream<Path> open = Files.list(directory.resolve("fd"))) {
          descriptors += (int) open.count();
        }
      }
      return new Held(installs, memory << 10, threads, descriptors, below.size(), millis);
    }

    private static long status(Path process, String key) throws IOException {
      return Files.readAllLines(process.resolve("status")).stream()
          .filter(line -> line.startsWith(key + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    }

    private String line() {
      return "held %d %d %d %d %d %d"
          .formatted(installs, memory, threads, descriptors, processes, millis);
    }
  }

  public static void main(String[] args) throws IOException {
    int count = Integer.parseInt(args[5]);
    var engine = HelmSystem.Engine.valueOf(args[3]);
    try (HelmSystem system =
        HelmSystem.start(
            Path.of(args[0]), URI.create(args[1]), Path.of(args[2]), engine, () -> {})) {
      long spent = 0;
      for (int i = 1; i <= count; i++) {
        var ref = new ReleaseRef("team-a", args[4] + "-" + i);
        long begun = System.nanoTime();
        ReleaseFixture.success(system.releases().install(ReleaseFixture.TEAM_A, unwaited(ref)));
        spent += System.nanoTime() - begun;
        ReleaseFixture.success(system.releases().uninstall(ReleaseFixture.TEAM_A, ref));
        if (i % Math.max(1, count / 10) == 0) {
          System.gc();
          awaitProcesses(InstallsIT.processes(engine));
          System.out.println(Held.now(i, Duration.ofNanos(spent / i).toMillis()).line());
        }
      }
    }
  }

  /** One may just be replaced. */
  private static void awaitProcesses(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ProcessHandle.current().children().count() == count);
  }

  private static DeployRequest unwaited(ReleaseRef ref) {
    return ReleaseFixture.unawaited(ReleaseFixture.demo(ref, "0.1.0", Map.of("replicas", 0)));
  }
}
