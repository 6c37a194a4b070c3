package io.helmgate.e2e.browser;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Chromium's log of its network, which is written beneath pages and workers. */
final class NetLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  private NetLog() {}

  /** The requests of pages; the browser's own have no origin as initiator. */
  static List<SentRequest> requests(Path file) {
    try {
      var log = JSON.readTree(file.toFile());
      var start = log.at("/constants/logEventTypes/URL_REQUEST_START_JOB").asInt();
      List<SentRequest> requests = new ArrayList<>();
      for (var event : log.path("events")) {
        var parameters = event.path("params");
        var initiator = parameters.path("initiator").asText();
        if (event.path("type").asInt() == start && initiator.contains("://")) {
          requests.add(
              new SentRequest(
                  initiator,
                  parameters.path("method").asText(),
                  URI.create(parameters.path("url").asText())));
        }
      }
      return requests;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
