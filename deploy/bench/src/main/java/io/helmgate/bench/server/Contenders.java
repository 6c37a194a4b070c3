package io.helmgate.bench.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.bench.scene.Scene;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.sandbox.gateway.Envoy;
import io.helmgate.sandbox.process.HttpProbe;
import io.helmgate.sandbox.process.Ports;
import io.helmgate.sandbox.process.Readiness;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.ServerProcess;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.service.ServiceProcess;
import io.helmgate.sandbox.service.Template;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Starts servers on loopback ports of their own; closing ends them all. */
public final class Contenders implements AutoCloseable {

  private static final int OK = 200;

  /** Enough for every token of a run. */
  private static final int CACHED_TOKENS = 20_000;

  private final Workspace workspace;
  private final Path checkout;
  private final Scene scene;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Closer closer = new Closer();

  /**
   * Starts none yet.
   *
   * @param checkout the source tree, with what was built in it
   */
  public Contenders(Workspace workspace, Path checkout, Scene scene) {
    this.workspace = workspace;
    this.checkout = checkout;
    this.scene = scene;
    closer.register("client", client);
  }

  /** How extauthz is configured. */
  public enum Kind {
    /** Verifies the token, and nothing more. */
    JWT,
    /** Also counts, decodes the call, asks the policy and records the decision. */
    WHOLE,
    /** The same, and forgets each token at once. */
    COLD
  }

  /** Listeners of one Envoy, by what stands before its answer. */
  public record Gateway(Contender open, Contender jwtAuthn, Contender noOp, Contender extauthz) {}

  /** A server that allows everything, with the settings of extauthz's own one. */
  public Contender noOp() {
    int port = workspace.ports().free();
    return start(
        "no-op",
        port,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            NoOpServer.class.getName(),
            String.valueOf(port)),
        () -> !Ports.isFree(port));
  }

  /** The installed extauthz. */
  public ExtAuthz extauthz(String name, Kind kind) {
    int port = workspace.ports().free(2);
    int admin = port + 1;
    boolean whole = kind != Kind.JWT;
    Map<String, Object> values = new HashMap<>();
    values.put("port", port);
    values.put("admin_port", admin);
    values.put("opa", workspace.program("opa"));
    values.put("cached_tokens", kind == Kind.COLD ? 0 : CACHED_TOKENS);
    values.put("decisions", whole ? workspace.part(name).resolve("decisions.jsonl") : "");
    values.put("limits", whole);
    values.put("issuer", Scene.ISSUER);
    values.put("audience", Scene.AUDIENCE);
    values.put("jwks", scene.jwks());
    values.put("calls", whole);
    values.put("policy", whole ? policy() : "");
    Path configuration =
        write(workspace.part(name).resolve("helmgate.yaml"), filled("extauthz.yaml", values));
    ServiceProcess service =
        new ServiceProcess(
            workspace,
            new ServiceProcess.Settings(
                "extauthz",
                checkout.resolve("extauthz/target/dist"),
                configuration,
                admin,
                Map.of("JAVA_OPTS", System.getenv().getOrDefault("EXTAUTHZ_JAVA_OPTS", ""))));
    closer.register(name, service);
    service.start();
    return new ExtAuthz(
        new Contender(name, port, service.process()), new AdminPage(client, service.admin()));
  }

  /** OPA itself with the same policy, and the one that verifies tokens. */
  public Contender opa() {
    int port = workspace.ports().free();
    Path verifying = workspace.part("opa").resolve("verifying.rego");
    try {
      write(verifying, scene.verifyingPolicy(Files.readString(policy())));
    } catch (IOException e) {
      throw new SandboxException(policy() + ": can't be read", e);
    }
    return start(
        "opa",
        port,
        List.of(
            workspace.program("opa").toString(),
            "run",
            "--server",
            "--h2c",
            "--disable-telemetry",
            "--log-level=error",
            "--addr=127.0.0.1:" + port,
            policy().toString(),
            verifying.toString()),
        new HttpProbe(client, URI.create("http://127.0.0.1:" + port + "/health"), OK));
  }

  /** One Envoy with two workers. */
  public Gateway envoy(Contender noOp, Contender extauthz) {
    Map<String, Object> values = new HashMap<>();
    for (String listener : List.of("admin", "open", "jwt_authn", "no_op", "extauthz")) {
      values.put(listener + "_port", workspace.ports().free());
    }
    values.put("no_op_server_port", noOp.port());
    values.put("extauthz_server_port", extauthz.port());
    values.put("issuer", Scene.ISSUER);
    values.put("audience", Scene.AUDIENCE);
    values.put("jwks", scene.jwks());
    Path file =
        write(workspace.part("envoy").resolve("envoy.json"), json(filled("envoy.yaml", values)));
    URI ready = URI.create("http://127.0.0.1:" + values.get("admin_port") + "/ready");
    ServerProcess envoy =
        start("envoy", 0, Envoy.command(workspace, file), new HttpProbe(client, ready, OK))
            .process();
    return new Gateway(
        listener("Envoy, no filter", values, "open_port", envoy),
        listener("Envoy, jwt_authn", values, "jwt_authn_port", envoy),
        listener("Envoy, no-op ext_authz", values, "no_op_port", envoy),
        listener("Envoy, extauthz", values, "extauthz_port", envoy));
  }

  private static Contender listener(
      String name, Map<String, Object> ports, String key, ServerProcess envoy) {
    return new Contender(name, (Integer) Objects.requireNonNull(ports.get(key)), envoy);
  }

  private Contender start(String name, int port, List<String> command, Readiness readiness) {
    ServerProcess process = workspace.server(name, command, Map.of(), readiness);
    closer.register(name, process);
    process.start();
    return new Contender(name, port, process);
  }

  /** The policy that ships. */
  private Path policy() {
    return checkout.resolve("deploy/policies/helmgate.rego");
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new SandboxException(file + ": can't be written", e);
    }
  }

  private static String filled(String resource, Map<String, Object> values) {
    try (InputStream in =
        Objects.requireNonNull(
            Contenders.class.getResourceAsStream("/io/helmgate/bench/" + resource))) {
      return new Template(new String(in.readAllBytes(), StandardCharsets.UTF_8)).fill(values);
    } catch (IOException e) {
      throw new SandboxException(resource + ": can't be read", e);
    }
  }

  /** YAML as JSON: Envoy knows no merge keys. */
  private static String json(String yaml) {
    try {
      return new ObjectMapper()
          .writeValueAsString(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
    } catch (IOException e) {
      throw new SandboxException("envoy.yaml: can't be written as JSON", e);
    }
  }

  @Override
  public void close() {
    closer.close();
  }
}
