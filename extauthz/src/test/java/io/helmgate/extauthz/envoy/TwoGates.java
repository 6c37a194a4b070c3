package io.helmgate.extauthz.envoy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.helmgate.extauthz.TestApp;
import io.helmgate.extauthz.policy.Tools;
import io.helmgate.sandbox.process.Launch;
import io.helmgate.sandbox.process.Ports;
import io.helmgate.sandbox.process.ProcessLauncher;
import io.helmgate.sandbox.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * One real Envoy that asks its own jwt_authn filter or extauthz, as the header {@code x-way} says,
 * both about the same providers; behind it an upstream that answers with what it was sent.
 */
final class TwoGates implements AutoCloseable {

  /** Who decides. */
  enum Way {
    JWT_AUTHN,
    EXTAUTHZ
  }

  /**
   * One set of providers, for all paths below {@code /NAME/}.
   *
   * @param extauthz the block {@code authentication}, as YAML in flow style
   * @param requirement what jwt_authn requires, as JSON
   * @param providers providers of jwt_authn by name, as JSON
   */
  record Gate(String name, String extauthz, String requirement, Map<String, String> providers) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> NOT_SHOWN =
      Set.of("x-way", "x-request-id", "connection", "x-forwarded-proto");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer upstream;
  private final TestApp extauthz;
  private final ProcessLauncher launcher = ProcessLauncher.create();
  private final ServerProcess envoy;
  private final int port;

  TwoGates(Path directory, List<Gate> gates) throws Exception {
    this.upstream =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.setExecutor(threads);
    upstream.createContext(
        "/",
        exchange -> {
          byte[] body = seen(exchange.getRequestURI().toString(), exchange.getRequestHeaders());
          exchange.sendResponseHeaders(200, body.length);
          try (exchange) {
            exchange.getResponseBody().write(body);
          }
        });
    upstream.start();
    this.extauthz = TestApp.start(directory, profiles(gates));
    this.port = new Ports(new SecureRandom()).free();
    Path bootstrap = directory.resolve("envoy.json");
    Files.writeString(bootstrap, bootstrap(gates));
    this.envoy =
        new ServerProcess(
            "envoy",
            launcher,
            () ->
                new Launch(
                    "envoy",
                    List.of(
                        Tools.program("envoy").toString(),
                        "--config-path",
                        bootstrap.toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--log-level",
                        "warning"),
                    Map.of(),
                    directory.resolve("envoy.log")),
            this::listens);
    envoy.start();
  }

  private boolean listens() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  /** All that a reply should say the same of, whoever decides. */
  record Seen(int status, String body, List<String> challenges) {}

  Seen ask(Way way, String path, List<String> headers) {
    List<String> all = new ArrayList<>(headers);
    all.add("x-way: " + way.name().toLowerCase(Locale.ROOT));
    RawHttp.Reply reply = RawHttp.get(port, path, all);
    return new Seen(reply.status(), reply.body(), reply.header("www-authenticate"));
  }

  private static byte[] seen(String path, Map<String, List<String>> headers) {
    TreeSet<String> lines = new TreeSet<>();
    headers.forEach(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          boolean shown =
              !NOT_SHOWN.contains(lower)
                  && !lower.startsWith("x-envoy-")
                  && !lower.startsWith("x-helmgate-");
          if (shown) {
            lines.add(lower + ": " + values);
          }
        });
    return (path + "\n" + String.join("\n", lines)).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String profiles(List<Gate> gates) {
    return gates.stream()
        .map(
            gate ->
                "    %s: {calls: false, authentication: %s}\n"
                    .formatted(gate.name(), gate.extauthz()))
        .collect(Collectors.joining());
  }

  private String bootstrap(List<Gate> gates) throws JsonProcessingException {
    List<String> rules = new ArrayList<>();
    List<String> routes = new ArrayList<>();
    List<String> providers = new ArrayList<>();
    for (Gate gate : gates) {
      String path = "\"prefix\": \"/" + gate.name() + "/\"";
      rules.add(
          "{\"match\": {"
              + path
              + ", "
              + way(Way.JWT_AUTHN)
              + "}, \"requires\": "
              + gate.requirement()
              + "}");
      gate.providers()
          .forEach((name, provider) -> providers.add(JSON.valueToTree(name) + ": " + provider));
      routes.add(
          ROUTE
              .formatted(path, way(Way.EXTAUTHZ))
              .replace(
                  "PER_ROUTE",
                  "\"check_settings\": {\"context_extensions\": {\"helmgate.profile\": \""
                      + gate.name()
                      + "\"}}"));
    }
    routes.add(
        ROUTE
            .formatted("\"prefix\": \"/\"", way(Way.JWT_AUTHN))
            .replace("PER_ROUTE", "\"disabled\": true"));
    String text =
        BOOTSTRAP
            .replace("LISTENER_PORT", String.valueOf(port))
            .replace("UPSTREAM_PORT", String.valueOf(upstream.getAddress().getPort()))
            .replace("EXTAUTHZ_PORT", String.valueOf(extauthz.app().port()))
            .replace("ROUTES", String.join(",\n", routes))
            .replace("RULES", String.join(",\n", rules))
            .replace("PROVIDERS", String.join(",\n", providers));
    return JSON.readTree(text).toPrettyString();
  }

  private static String way(Way way) {
    return "\"headers\": [{\"name\": \"x-way\", \"string_match\": {\"exact\": \""
        + way.name().toLowerCase(Locale.ROOT)
        + "\"}}]";
  }

  private static final String ROUTE =
      """
      {"match": {%s, %s}, "route": {"cluster": "upstream"},
       "typed_per_filter_config": {"envoy.filters.http.ext_authz": {
         "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute",
         PER_ROUTE}}}
      """;

  private static final String BOOTSTRAP =
      """
      {"static_resources": {
        "listeners": [{"name": "gate",
          "address": {"socket_address": {"address": "127.0.0.1", "port_value": LISTENER_PORT}},
          "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager",
            "typed_config": {
              "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              "stat_prefix": "gate", "delayed_close_timeout": "0s",
              "route_config": {"name": "gate", "virtual_hosts": [
                {"name": "all", "domains": ["*"], "routes": [ROUTES]}]},
              "http_filters": [
                {"name": "envoy.filters.http.jwt_authn", "typed_config": {
                  "@type": "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
                  "providers": {PROVIDERS}, "rules": [RULES]}},
                {"name": "envoy.filters.http.ext_authz", "typed_config": {
                  "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
                  "transport_api_version": "V3", "validate_mutations": true,
                  "grpc_service": {"envoy_grpc": {"cluster_name": "extauthz"}, "timeout": "5s"}}},
                {"name": "envoy.filters.http.router", "typed_config": {
                  "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}
              ]}}]}]}],
        "clusters": [
          {"name": "upstream", "type": "STATIC", "load_assignment": {"cluster_name": "upstream",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address":
              {"address": "127.0.0.1", "port_value": UPSTREAM_PORT}}}}]}]}},
          {"name": "extauthz", "type": "STATIC",
            "typed_extension_protocol_options": {
              "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": {"http2_protocol_options": {}}}},
            "load_assignment": {"cluster_name": "extauthz",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address":
              {"address": "127.0.0.1", "port_value": EXTAUTHZ_PORT}}}}]}]}}
        ]}}
      """;

  @Override
  public void close() {
    envoy.stop();
    launcher.close();
    extauthz.close();
    upstream.stop(0);
    threads.shutdownNow();
  }
}
