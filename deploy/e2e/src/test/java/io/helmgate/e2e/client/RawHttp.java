package io.helmgate.e2e.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Writes HTTP/1.1 requests byte by byte, as no well-behaved client would. */
public final class RawHttp {

  private static final int READ_TIMEOUT_MILLIS = 60_000;

  private final SSLContext tls;
  private final String host;
  private final int port;

  public RawHttp(SSLContext tls, String host, int port) {
    this.tls = tls;
    this.host = host;
    this.port = port;
  }

  /** Sends one request and returns the status of the response; 0 when there was none. */
  public int status(String method, String target, Map<String, String> headers, byte[] body) {
    var lists = new LinkedHashMap<String, List<String>>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    return send(method, target, lists, body).status();
  }

  /** Sends one request with headers of any number of values, and reads what comes to its end. */
  public RawReply send(
      String method, String target, Map<String, List<String>> headers, byte[] body) {
    try (var socket = (SSLSocket) tls.getSocketFactory().createSocket(host, port)) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      var parameters = new SSLParameters();
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.getOutputStream().write(bytes(method, target, headers, body));
      socket.getOutputStream().flush();
      var text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      var words = text.lines().findFirst().orElse("").split(" ", -1);
      return new RawReply(words.length > 1 ? Integer.parseInt(words[1].trim()) : 0, text);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + target, e);
    }
  }

  private byte[] bytes(
      String method, String target, Map<String, List<String>> headers, byte[] body) {
    var head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    head.append("host: ").append(host).append(':').append(port).append("\r\n");
    head.append("content-length: ").append(body.length).append("\r\nconnection: close\r\n");
    headers.forEach(
        (name, values) ->
            values.forEach(value -> head.append(name).append(": ").append(value).append("\r\n")));
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }
}
