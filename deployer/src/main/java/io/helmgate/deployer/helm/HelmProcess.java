package io.helmgate.deployer.helm;

import io.helmgate.deployer.helm.HelmChannel.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running {@link HelmProcessMain}, seen from the service. */
final class HelmProcess implements AutoCloseable {
  /** Without it, what stands at port 8080 would be taken for a cluster. */
  private static final String NO_SERVER = "http://127.0.0.1:0";

  private static final Logger log = LoggerFactory.getLogger(HelmProcess.class);
  private static final int START_SECONDS = 30;
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*([0-9]+) kB");

  /** Of what a process writes before it dies, so much is kept. */
  private static final int LAST_WORDS = 4096;

  private final Process process;
  private final Path directory;
  private final HelmChannel channel;
  private final CompletableFuture<String> lastWords;
  private int calls;

  /** Number of the call that is under way; 0: none. */
  private int current;

  private boolean killed;
  private boolean closed;

  private HelmProcess(
      Process process, Path directory, HelmChannel channel, CompletableFuture<String> lastWords) {
    this.process = process;
    this.directory = directory;
    this.channel = channel;
    this.lastWords = lastWords;
  }

  /**
   * Starts a process and waits until it is there.
   *
   * @param command all of it but its arguments
   * @param directory of its own, to be deleted with it
   */
  static HelmProcess start(List<String> command, Path directory, Path library) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      bind(server, address);
      ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
      builder.command().addAll(List.of(address.toString(), library.toString()));
      builder.environment().clear();
      builder.environment().putAll(environment(directory));
      builder
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectErrorStream(true);
      Process process = builder.start();
      CompletableFuture<String> lastWords = new CompletableFuture<>();
      Thread.ofVirtual()
          .name("helm-words-" + process.pid())
          .start(() -> lastWords.complete(listen(process.getInputStream())));
      // Ends the wait for a process that died, or hangs.
      var _ = process.onExit().thenRun(() -> close(server));
      var late = CompletableFuture.delayedExecutor(START_SECONDS, TimeUnit.SECONDS);
      var watch = CompletableFuture.runAsync(() -> close(server), late);
      try {
        HelmChannel channel = new HelmChannel(server.accept());
        return new HelmProcess(process, directory, channel, lastWords);
      } catch (IOException e) {
        process.destroyForcibly();
        throw new IOException("a Helm process did not start: " + lastWords.join(), e);
      } finally {
        watch.cancel(false);
      }
    }
  }

  private static void bind(ServerSocketChannel server, UnixDomainSocketAddress address)
      throws IOException {
    try {
      server.bind(address);
    } catch (SocketException e) {
      throw new IOException(
          "Helm processes cannot be reached by %s: %s (expected: a shorter java.io.tmpdir)"
              .formatted(address, e.getMessage()),
          e);
    }
  }

  /** All that it has: neither Helm nor what it runs finds anything of the service's own. */
  private static Map<String, String> environment(Path directory) {
    String own = directory.toString();
    return Map.of(
        "CLASSPATH", System.getProperty("java.class.path"),
        "HOME", own,
        "TMPDIR", own,
        "HELM_CACHE_HOME", own,
        "HELM_CONFIG_HOME", own,
        "HELM_DATA_HOME", own,
        "KUBECONFIG", "/dev/null",
        "KUBERNETES_MASTER", NO_SERVER,
        "LC_ALL", "C.UTF-8");
  }

  private static void close(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads to the end, so that the process never waits for it. */
  private static String listen(InputStream words) {
    StringBuilder last = new StringBuilder();
    byte[] buffer = new byte[LAST_WORDS];
    try (words) {
      int length = words.read(buffer);
      while (length >= 0) {
        last.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
        last.delete(0, Math.max(0, last.length() - LAST_WORDS));
        length = words.read(buffer);
      }
    } catch (IOException e) {
      log.debug("The words of a Helm process cannot be read", e);
    }
    return last.toString();
  }

  /**
   * Makes a call; one at a time.
   *
   * @param stop kills the process when it completes before the call is over
   */
  String run(HelmCall call, CompletableFuture<?> stop) {
    int number = begin();
    CompletableFuture<Void> kill = stop.thenRun(() -> kill(number));
    Result result;
    try {
      channel.write(call);
      result = channel.result();
    } catch (IOException e) {
      kill(number);
      throw new HelmKilledException("Helm's process " + process.pid() + " has ended", e);
    } finally {
      end();
      kill.cancel(false);
    }
    if (!result.done()) {
      throw new HelmFailedException(result.text());
    }
    return result.text();
  }

  private synchronized int begin() {
    calls++;
    current = calls;
    return current;
  }

  private synchronized void end() {
    current = 0;
  }

  /** Kills it while it makes that call, not a later one. */
  private synchronized void kill(int call) {
    if (current == call) {
      killed = true;
      process.destroyForcibly();
    }
  }

  synchronized int calls() {
    return calls;
  }

  synchronized boolean usable() {
    return !killed && !closed && process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Resident memory in bytes; 0 where the system does not tell. */
  long resident() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      var kilobytes = RESIDENT.matcher(Files.readString(status));
      return kilobytes.find() ? Long.parseLong(kilobytes.group(1)) << 10 : 0;
    } catch (IOException e) {
      log.debug("Helm's process {} has no status any more", process.pid(), e);
      return 0;
    }
  }

  /** Ends it, now. */
  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      process.destroyForcibly().onExit().join();
      channel.close();
      CallFiles.delete(directory);
    }
  }

  /** What it wrote last, once it has ended by itself; may hold anything. */
  String lastWords() {
    return lastWords.join();
  }
}
