package io.helmgate.deployer.api;

import io.helmgate.kit.call.HttpCallRequest;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocket;

/** Writes HTTP/1.1 requests as they are, which no library would. */
record RawClient(RunningApi api) {

  private static final int TIMEOUT_MILLIS = 20_000;

  /** Status line and headers of a response. */
  record RawReply(int status, Map<String, String> headers) {

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  RawReply send(HttpCallRequest request, String assertion) {
    try (var socket =
        (SSLSocket) api.clientTls(true).getSocketFactory().createSocket("localhost", api.port())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var out = new ByteArrayOutputStream();
      var head = new StringBuilder();
      head.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
      head.append("host: localhost\r\nconnection: close\r\n");
      head.append("x-helmgate-assertion: ").append(assertion).append("\r\n");
      request
          .headers()
          .forEach(
              (name, values) ->
                  values.forEach(
                      value -> head.append(name).append(": ").append(value).append("\r\n")));
      if (!request.body().isEmpty()) {
        head.append("content-length: ").append(request.body().size()).append("\r\n");
      }
      out.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
      request.body().writeTo(out);
      socket.getOutputStream().write(out.toByteArray());
      return read(
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads as far as the headers go: Armeria keeps a connection for a while after the body. */
  private static RawReply read(BufferedReader response) throws IOException {
    var start = response.readLine();
    if (start == null) {
      throw new AssertionError("no response");
    }
    var headers = new LinkedHashMap<String, String>();
    for (var line = response.readLine();
        line != null && !line.isEmpty();
        line = response.readLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new RawReply(Integer.parseInt(start.substring(9, 12)), headers);
  }
}
