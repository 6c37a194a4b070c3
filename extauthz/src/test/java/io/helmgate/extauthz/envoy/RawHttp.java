package io.helmgate.extauthz.envoy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Sends HTTP/1.1 requests exactly as written, which no ordinary client does. */
final class RawHttp {

  /**
   * A reply.
   *
   * @param headers lines as received, without the status line
   */
  record Reply(int status, List<String> headers, String body) {

    /** The values of a header, in order. */
    List<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ':';
      return headers.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .toList();
    }
  }

  private RawHttp() {}

  /**
   * Sends a GET.
   *
   * @param headers lines
   */
  static Reply get(int port, String path, List<String> headers) {
    String head =
        "GET "
            + path
            + " HTTP/1.1\r\nhost: api.example.com\r\nconnection: close\r\n"
            + String.join("", headers.stream().map(line -> line + "\r\n").toList())
            + "\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.UTF_8));
      out.flush();
      return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(path, e);
    }
  }

  private static Reply parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    List<String> lines = text.substring(0, end).lines().toList();
    int status = Integer.parseInt(lines.getFirst().split(" ", 3)[1]);
    Reply reply = new Reply(status, lines.subList(1, lines.size()), text.substring(end + 4));
    boolean chunked = reply.header("transfer-encoding").contains("chunked");
    return chunked ? new Reply(status, reply.headers(), unchunked(reply.body())) : reply;
  }

  private static String unchunked(String body) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (true) {
      int lineEnd = body.indexOf("\r\n", at);
      int length = Integer.parseInt(body.substring(at, lineEnd), 16);
      if (length == 0) {
        return text.toString();
      }
      text.append(body, lineEnd + 2, lineEnd + 2 + length);
      at = lineEnd + 2 + length + 2;
    }
  }
}
