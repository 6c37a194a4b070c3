package io.helmgate.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

/** Processor time of processes, as Linux counts it (proc(5), {@code /proc/pid/stat}). */
public final class CpuTime {

  /** USER_HZ is 100 on every architecture that Linux supports. */
  private static final long MILLIS_A_TICK = 10;

  private static final int UTIME = 11;
  private static final int CUTIME = 13;

  private CpuTime() {}

  /** What running processes have used. */
  public static Duration of(Collection<Long> pids) {
    return pids.stream()
        .map(pid -> ticks(pid.toString(), UTIME))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** What this process itself has used. */
  public static Duration ofThis() {
    return ticks("self", UTIME);
  }

  /** What child processes have used that have ended. */
  public static Duration ofEndedChildren() {
    return ticks("self", CUTIME);
  }

  private static Duration ticks(String pid, int field) {
    try {
      String stat = Files.readString(Path.of("/proc", pid, "stat"));
      // The name of the program, in parentheses, may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[field]) + Long.parseLong(fields[field + 1]);
      return Duration.ofMillis(ticks * MILLIS_A_TICK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
