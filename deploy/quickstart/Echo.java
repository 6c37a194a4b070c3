import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * An upstream that answers each request with a JSON document of what arrived: method, path, query,
 * headers and body. Runs from source: {@code java Echo.java PORT}; port 0 lets the system choose.
 */
public final class Echo {

  private Echo() {}

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", Echo::answer);
    server.start();
    System.out.println("echo on port " + server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    var headers = new TreeMap<String, String>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                headers.put(
                    name.toLowerCase(Locale.ROOT),
                    values.stream().map(Echo::quoted).collect(Collectors.joining(",", "[", "]"))));
    String query = exchange.getRequestURI().getRawQuery();
    String json =
        "{\"method\":%s,\"path\":%s,\"query\":%s,\"headers\":{%s},\"body\":%s}%n"
            .formatted(
                quoted(exchange.getRequestMethod()),
                quoted(exchange.getRequestURI().getRawPath()),
                quoted(query == null ? "" : query),
                headers.entrySet().stream()
                    .map(header -> quoted(header.getKey()) + ':' + header.getValue())
                    .collect(Collectors.joining(",")),
                quoted(body));
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
    try (var out = exchange.getResponseBody()) {
      if (!head) {
        out.write(bytes);
      }
    }
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
