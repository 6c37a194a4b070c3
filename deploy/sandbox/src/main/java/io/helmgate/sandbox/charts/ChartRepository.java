package io.helmgate.sandbox.charts;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.process.Part;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Serves the example chart {@code demo} in two stable versions and a pre-release of a third. */
public final class ChartRepository implements Part {
  public static final String CHART = "demo";
  public static final List<String> VERSIONS = List.of("0.1.0", "0.2.0", "0.3.0-rc.1");

  private final Workspace workspace;
  private final Path source;
  private final Path directory;
  private final int port;
  private @Nullable HttpServer server;
  private @Nullable ExecutorService executor;

  /**
   * @param source directory of the example chart
   */
  public ChartRepository(Workspace workspace, Path source) {
    this.workspace = workspace;
    this.source = source;
    this.directory = workspace.part("charts");
    this.port = workspace.ports().free();
  }

  @Override
  public String name() {
    return "charts";
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Returns the directory that is served, to change what clients see. */
  public Path directory() {
    return directory;
  }

  @Override
  public synchronized void start() {
    if (server != null) {
      return;
    }
    if (!Files.exists(directory.resolve("index.yaml"))) {
      VERSIONS.forEach(version -> add(source, version));
    }
    try {
      HttpServer started =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
              0,
              "/",
              SimpleFileServer.createFileHandler(directory.toRealPath()));
      executor = Executors.newVirtualThreadPerTaskExecutor();
      started.setExecutor(executor);
      started.start();
      server = started;
    } catch (IOException e) {
      throw new SandboxException(url() + ": can't be served", e);
    }
  }

  /** Packages a chart under a version and writes the index again. */
  public void add(Path chart, String version) {
    Cli helm = new Cli(workspace.program("helm"), Map.of());
    helm.run("package", chart.toString(), "--version=" + version, "--destination=" + directory);
    helm.run("repo", "index", directory.toString(), "--url=" + url());
  }

  @Override
  public synchronized void stop() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
    if (executor != null) {
      executor.shutdownNow();
      executor = null;
    }
  }
}
