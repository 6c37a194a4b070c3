package io.helmgate.kit.admin;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import io.helmgate.kit.admin.AdminServer.Answer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * What one asks of a running virtual machine: {@code /debug/threads} (virtual threads too), {@code
 * /debug/heap} (the classes that take most room), {@code /debug/jfr?seconds=N} (a recording). None
 * of them shows the content of objects, variables or arguments.
 */
final class DebugPages {
  private static final int LONGEST_RECORDING = 300;
  private static final int LARGEST_RECORDING = 64 << 20;
  private static final int HISTOGRAM_LINES = 60;
  private static final Pattern SECONDS = Pattern.compile("seconds=([0-9]{1,3})");

  /** JFR's events that hold environment variables, properties and command lines: secrets. */
  private static final List<String> TELLTALE_EVENTS =
      List.of(
          "jdk.InitialEnvironmentVariable",
          "jdk.InitialSystemProperty",
          "jdk.JVMInformation",
          "jdk.SystemProcess",
          "jdk.ProcessStart");

  /** Recordings cost time and memory: one at a time. */
  private final Semaphore recording = new Semaphore(1);

  Answer threads() throws IOException {
    Path directory = Files.createTempDirectory("helmgate-threads");
    Path dump = directory.resolve("threads.txt");
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
      return Answer.text(200, Files.readString(dump));
    } finally {
      Files.deleteIfExists(dump);
      Files.delete(directory);
    }
  }

  Answer heap() throws IOException {
    try {
      Object histogram =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      return Answer.text(
          200,
          "heap: "
              + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage()
              + "\n"
              + histogram
                  .toString()
                  .lines()
                  .limit(HISTOGRAM_LINES)
                  .collect(Collectors.joining("\n", "", "\n")));
    } catch (JMException e) {
      throw new IOException("class histogram", e);
    }
  }

  /**
   * Records for some seconds.
   *
   * @param query of the URL
   */
  Answer record(String query) throws IOException, InterruptedException {
    Matcher seconds = SECONDS.matcher(query);
    int length = seconds.matches() ? Integer.parseInt(seconds.group(1)) : 0;
    if (length < 1 || length > LONGEST_RECORDING) {
      return Answer.text(400, "expected ?seconds=N, N from 1 to " + LONGEST_RECORDING + "\n");
    }
    if (!recording.tryAcquire()) {
      return Answer.text(409, "a recording is under way\n");
    }
    Path file = Files.createTempFile("helmgate", ".jfr");
    try (Recording jfr = new Recording(Configuration.getConfiguration("default"))) {
      TELLTALE_EVENTS.forEach(jfr::disable);
      jfr.setMaxSize(LARGEST_RECORDING);
      jfr.setDuration(Duration.ofSeconds(length));
      runToItsEnd(jfr);
      jfr.dump(file);
      return new Answer(200, "application/x-jfr", Files.readAllBytes(file));
    } catch (ParseException e) {
      throw new IOException("JFR's default configuration", e);
    } finally {
      Files.deleteIfExists(file);
      recording.release();
    }
  }

  private static void runToItsEnd(Recording jfr) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    FlightRecorderListener listener =
        new FlightRecorderListener() {
          @Override
          public void recordingStateChanged(Recording changed) {
            if (changed.getId() == jfr.getId() && changed.getState() == RecordingState.STOPPED) {
              stopped.countDown();
            }
          }
        };
    FlightRecorder.addListener(listener);
    try {
      jfr.start();
      stopped.await();
    } finally {
      FlightRecorder.removeListener(listener);
    }
  }
}
