package io.helmgate.bench.server;

import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Metrics of a running service. */
public record AdminPage(HttpClient client, URI admin) {

  /** The sum of all samples of a metric whose labels hold a text. */
  public double sum(String metric, String label) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
        .filter(line -> line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String metrics() {
    try {
      HttpResponse<String> page =
          client.send(
              HttpRequest.newBuilder(admin.resolve("/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      return page.body();
    } catch (IOException e) {
      throw new SandboxException(admin + ": no metrics", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while metrics were read", e);
    }
  }
}
