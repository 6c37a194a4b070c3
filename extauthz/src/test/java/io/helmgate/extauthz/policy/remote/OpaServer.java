package io.helmgate.extauthz.policy.remote;

import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.policy.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A real {@code opa run --server} on a free port of loopback. */
public final class OpaServer implements AutoCloseable {

  private final Process process;
  private final URI url;

  private OpaServer(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it.
   *
   * @param arguments options and files of policies
   */
  public static OpaServer start(Path directory, String... arguments) throws IOException {
    int port = freePort();
    Path log = Files.createTempFile(directory, "opa-server", ".log");
    List<String> command =
        new ArrayList<>(List.of(Tools.opa().toString(), "run", "--server", "--skip-version-check"));
    command.add("--addr=127.0.0.1:" + port);
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    OpaServer server = new OpaServer(process, URI.create("http://127.0.0.1:" + port));
    try {
      await("opa listens: " + log)
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> listens(port));
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static boolean listens(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  public URI url() {
    return url;
  }

  /** Ends it before its time. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
