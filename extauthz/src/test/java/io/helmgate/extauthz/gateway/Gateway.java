package io.helmgate.extauthz.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.helmgate.extauthz.Environment;
import io.helmgate.extauthz.ExtAuthzApp;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.policy.Tools;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.lifecycle.Version;
import io.helmgate.sandbox.process.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Envoy, extauthz with profiles of a test's own, and the echo behind them. */
final class Gateway implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Programs programs;
  private final List<ExtAuthzApp> replicas = new ArrayList<>();
  private final Server grpc;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int plainPort;
  private final int rawPort;

  /**
   * A reply as a client sees it.
   *
   * @param echo what the upstream got; missing when the request did not reach it
   */
  record Reply(int status, Map<String, List<String>> headers, String body, JsonNode echo) {

    /** The first value of a header; empty without one. */
    String header(String name) {
      return headers.getOrDefault(name, List.of("")).getFirst();
    }

    /** The values of a header that the upstream got. */
    List<String> upstreamHeader(String name) {
      List<String> values = new ArrayList<>();
      echo.path("headers").path(name).forEach(value -> values.add(value.asText()));
      return values;
    }

    boolean reachedUpstream() {
      return echo.has("method");
    }
  }

  /**
   * Starts everything.
   *
   * @param directory for files of this gateway
   * @param profiles by name: the YAML of the profile, DIR standing for the directory
   * @param names further profiles that routes name
   */
  Gateway(Path directory, Map<String, String> profiles, String... names) throws Exception {
    this(1, directory, profiles, names);
  }

  /** Starts everything, with several replicas of extauthz of which Envoy takes healthy ones. */
  Gateway(int replicas, Path directory, Map<String, String> profiles, String... names)
      throws Exception {
    this(replicas, directory, "rate: {enabled: false}\n", profiles, names);
  }

  /**
   * Starts everything.
   *
   * @param limits the YAML of the section {@code limits}
   */
  Gateway(
      int replicas, Path directory, String limits, Map<String, String> profiles, String... names)
      throws Exception {
    this.programs = new Programs(directory);
    for (int i = 0; i < replicas; i++) {
      this.replicas.add(extauthz(directory, limits, profiles));
    }
    this.grpc =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start();
    Ports ports = new Ports(new SecureRandom());
    this.plainPort = ports.free();
    this.rawPort = ports.free();
    List<String> all = new ArrayList<>(profiles.keySet());
    all.addAll(List.of(names));
    Path file = directory.resolve("envoy.json");
    Files.writeString(
        file,
        bootstrap(
            all,
            this.replicas.stream().map(ExtAuthzApp::port).toList(),
            Map.of(
                "ADMIN_PORT", ports.free(),
                "PLAIN_PORT", plainPort,
                "RAW_PORT", rawPort,
                "ECHO_PORT", programs.echo(),
                "GRPC_PORT", grpc.getPort(),
                "EXTAUTHZ_PORT", this.replicas.getFirst().port())));
    programs.envoy(file);
  }

  private static ExtAuthzApp extauthz(Path directory, String limits, Map<String, String> profiles)
      throws Exception {
    StringBuilder config =
        new StringBuilder(
            """
            allow_insecure: true
            extauthz:
              address: 127.0.0.1:0
              admin_address: 127.0.0.1:0
              opa_file: OPA
              limits:
            LIMITS  profiles:
            """
                .replace("OPA", Tools.opa().toString())
                .replace("LIMITS", limits.indent(4)));
    profiles.forEach(
        (name, yaml) ->
            config
                .append("    ")
                .append(name)
                .append(":\n")
                .append(yaml.replace("DIR", directory.toString()).indent(6)));
    Path file = directory.resolve("helmgate.yaml");
    Files.writeString(file, config);
    return ExtAuthzApp.create(
        ConfigLoader.load(file, Map.of(), "extauthz", ExtAuthzConfig.class),
        new Environment(
            Clock.systemUTC(),
            new SecureRandom(),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            Map.of(),
            new Version("1.2.3", "25")));
  }

  private static String bootstrap(
      List<String> profiles, List<Integer> replicas, Map<String, Integer> ports)
      throws IOException {
    String yaml;
    try (InputStream in =
        Objects.requireNonNull(Gateway.class.getResourceAsStream("/gateway/envoy.yaml"))) {
      yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      yaml = yaml.replace(port.getKey(), port.getValue().toString());
    }
    Map<String, Object> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    JsonNode bootstrap = JSON.readTree(JSON.writeValueAsBytes(new LinkedHashMap<>(tree)));
    for (JsonNode listener : bootstrap.at("/static_resources/listeners")) {
      ArrayNode routes =
          (ArrayNode)
              listener.at(
                  "/filter_chains/0/filters/0/typed_config/route_config/virtual_hosts/0/routes");
      JsonNode one = routes.remove(1);
      for (String profile : profiles) {
        routes.insert(1, JSON.readTree(one.toString().replace("PROFILE", profile)));
      }
    }
    ArrayNode endpoints =
        (ArrayNode)
            bootstrap.at("/static_resources/clusters/2/load_assignment/endpoints/0/lb_endpoints");
    String first = endpoints.get(0).toString();
    for (int port : replicas.subList(1, replicas.size())) {
      endpoints.add(JSON.readTree(first.replace(replicas.getFirst().toString(), "" + port)));
    }
    return bootstrap.toPrettyString();
  }

  HttpRequest.Builder plain(String target) {
    return request(plainPort, target);
  }

  /** A request by the listener that sends raw headers and the first 64 bytes of bodies. */
  HttpRequest.Builder raw(String target) {
    return request(rawPort, target);
  }

  private static HttpRequest.Builder request(int port, String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
        .version(HttpClient.Version.HTTP_1_1);
  }

  Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    boolean json = response.headers().firstValue("content-type").orElse("").endsWith("json");
    return new Reply(
        response.statusCode(),
        response.headers().map(),
        response.body(),
        json && !response.body().isEmpty()
            ? JSON.readTree(response.body())
            : JSON.createObjectNode());
  }

  int plainPort() {
    return plainPort;
  }

  /** The replicas of extauthz, in the order of their start. */
  List<ExtAuthzApp> replicas() {
    return replicas;
  }

  @Override
  public void close() {
    client.close();
    programs.close();
    grpc.shutdownNow();
    replicas.forEach(ExtAuthzApp::close);
  }
}
