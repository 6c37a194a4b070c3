package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.helm.HelmProcesses.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When Helm's processes are replaced: with Helm's own library, and no cluster. */
final class HelmProcessesIT {
  private static final long MUCH_MEMORY = 4L << 30;

  @TempDir private Path directory;

  @Test
  void aProcessServesSoManyCallsAndIsReplacedThen() throws IOException {
    try (var processes = HelmProcesses.start(work(), new Limits(1, 2, MUCH_MEMORY))) {
      long first = onlyOne();
      call(processes);
      assertThat(running()).containsExactly(first);

      call(processes);

      assertReplaced(first);
      call(processes);
    }
    assertThat(running()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void aProcessThatHasGrownTooLargeIsReplaced() throws IOException {
    try (var processes = HelmProcesses.start(work(), new Limits(1, 1000, 300L << 20))) {
      long first = onlyOne();
      call(processes);
      assertThat(running()).containsExactly(first);
    }
    try (var processes = HelmProcesses.start(work(), new Limits(1, 1000, 1 << 20))) {
      long first = onlyOne();

      call(processes);

      assertReplaced(first);
    }
  }

  private Path work() {
    return directory.resolve("work");
  }

  private void call(HelmProcesses processes) throws IOException {
    try (CallFiles files = CallFiles.create(Files.createDirectories(directory.resolve("files")))) {
      processes.run(HelmCommands.first(files), new CompletableFuture<>());
    }
  }

  private long onlyOne() {
    assertThat(running()).hasSize(1);
    return running().getFirst();
  }

  /** By one, before the next call. */
  private void assertReplaced(long process) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> running().size() == 1 && !running().contains(process));
  }

  /** By their ids. */
  private List<Long> running() {
    return ProcessHandle.current()
        .children()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(line -> line.contains(work() + "/"))
                    .isPresent())
        .map(ProcessHandle::pid)
        .toList();
  }

  /** Of processes: each has a directory. */
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(work())) {
      return files.filter(file -> file.getFileName().toString().startsWith("process-")).toList();
    }
  }
}
