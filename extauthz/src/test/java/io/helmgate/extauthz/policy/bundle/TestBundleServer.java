package io.helmgate.extauthz.policy.bundle;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bundle server: ETags, long polling, a bearer token. */
public final class TestBundleServer implements AutoCloseable {

  public static final String TOKEN = "s3cret";

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger downloads = new AtomicInteger();
  private final AtomicInteger unchanged = new AtomicInteger();
  private final List<@Nullable String> prefers = new CopyOnWriteArrayList<>();
  private volatile byte[] archive = new byte[0];
  private volatile String etag = "\"0\"";
  private volatile int status = 200;
  private volatile String contentType = "application/gzip";

  public TestBundleServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext(
        "/bundle.tar.gz",
        exchange -> {
          try (exchange) {
            var headers = exchange.getRequestHeaders();
            prefers.add(headers.getFirst("prefer"));
            if (!("Bearer " + TOKEN).equals(headers.getFirst("authorization"))) {
              exchange.sendResponseHeaders(401, -1);
            } else if (status != 200) {
              exchange.sendResponseHeaders(status, -1);
            } else {
              exchange.getResponseHeaders().add("etag", etag);
              exchange.getResponseHeaders().add("content-type", contentType);
              if (etag.equals(headers.getFirst("if-none-match"))) {
                unchanged.incrementAndGet();
                exchange.sendResponseHeaders(304, -1);
              } else {
                downloads.incrementAndGet();
                exchange.sendResponseHeaders(200, archive.length);
                exchange.getResponseBody().write(archive);
              }
            }
          }
        });
    http.start();
  }

  public void publish(String newEtag, byte[] newArchive) {
    archive = newArchive;
    etag = newEtag;
  }

  /** Answers with a status; 200 is as it should be. */
  public void answer(int newStatus) {
    status = newStatus;
  }

  /** Says from now on that it holds requests, which it does not. */
  public void saysThatItHolds() {
    contentType = "application/vnd.openpolicyagent.bundles";
  }

  public int downloads() {
    return downloads.get();
  }

  /** How often the client was told that it knows the newest. */
  public int unchanged() {
    return unchanged.get();
  }

  /** The header {@code Prefer} of each request. */
  public List<@Nullable String> prefers() {
    return prefers;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/bundle.tar.gz");
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
