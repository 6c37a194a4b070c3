package io.helmgate.extauthz;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.policy.Tools;
import io.helmgate.kit.assertion.AssertionKeys;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.lifecycle.Version;
import io.helmgate.sandbox.tls.CertificateAuthority;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** extauthz with its files in a directory, and clients of it. */
final class TestService implements AutoCloseable {

  private static final String NAME = "extauthz.helmgate.internal";
  private static final String POLICY =
      """
      package helmgate.authz

      default allow := false

      allow if "platform" in input.claims.groups

      allow if {
        some group in input.claims.groups
        startswith(group, "team-")
        input.request.namespace == group
      }

      allow if {
        input.profile == "reflection"
        input.call.service == "grpc.reflection.v1.ServerReflection"
      }
      """;

  private final Path directory;
  private final ExtAuthzApp app;
  private final ByteArrayOutputStream console;
  private final ManagedChannel envoy;

  private TestService(Path directory, ExtAuthzApp app, ByteArrayOutputStream console) {
    this.directory = directory;
    this.app = app;
    this.console = console;
    this.envoy = channel("envoy");
  }

  static TestService start(Path directory, URI jwks) throws Exception {
    return start(directory, write(directory, jwks));
  }

  /** Starts with limits of its own; a replica of another one when they have the same Redis. */
  static TestService start(Path directory, URI jwks, String limits) throws Exception {
    Path file = write(directory, jwks);
    String all = Files.readString(file);
    String changed =
        all.replaceFirst("(?s)  limits:.*?  assertion:\\R", limits.indent(2) + "  assertion:\n");
    if (changed.equals(all)) {
      throw new IllegalStateException("no limits in " + all);
    }
    Files.writeString(file, changed);
    return start(directory, file);
  }

  private static TestService start(Path directory, Path file) throws Exception {
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            Clock.systemUTC(),
            new SecureRandom(),
            new PrintStream(console, true, StandardCharsets.UTF_8),
            Map.of(),
            new Version("1.2.3", "25"));
    ExtAuthzApp app =
        ExtAuthzApp.create(
            ConfigLoader.load(file, Map.of(), "extauthz", ExtAuthzConfig.class), environment);
    return new TestService(directory, app, console);
  }

  /** Writes all files of a service, on free ports. */
  static Path write(Path directory, URI jwks) throws IOException {
    CertificateAuthority authority =
        CertificateAuthority.create("test", new SecureRandom(), Instant.now());
    authority.write(directory.resolve("ca.crt"));
    authority.issue(directory, "extauthz", NAME);
    authority.issue(directory, "envoy", "envoy.helmgate.internal");
    authority.issue(directory, "stranger", "stranger.helmgate.internal");
    AssertionKeys.generate(directory.resolve("keys.json"), directory.resolve("jwks.json"));
    Files.writeString(directory.resolve("policy.rego"), POLICY);
    Path file = directory.resolve("helmgate.yaml");
    Files.writeString(
        file,
        """
        shutdown_timeout: 5s
        extauthz:
          address: 127.0.0.1:0
          admin_address: 127.0.0.1:0
          opa_file: OPA
          tls:
            cert_file: DIR/extauthz.crt
            key_file: DIR/extauthz.key
            client_ca_file: DIR/ca.crt
            client_sans: [envoy.helmgate.internal]
          limits:
            rate:
              pod_estimate: 1
              organisation_per_minute: 1000000
              user_per_minute: 1000000
              failed_tokens_per_minute: 1000000
          assertion:
            keys_file: DIR/keys.json
          profiles:
            default: &default
              authentication: &users
                providers:
                  - name: keycloak
                    issuer: https://id.example.com
                    audiences: [helmgate]
                    jwks: {remote: {url: 'JWKS'}}
                    identity: {userClaim: preferred_username}
              policy: &policy {file: DIR/policy.rego}
            reflection:
              authentication: *users
              policy: *policy
              calls: false
              assertion: {binding: token}
        """
            .replace("DIR", directory.toString())
            .replace("OPA", Tools.opa().toString())
            .replace("JWKS", jwks.toString()));
    return file;
  }

  ExtAuthzApp app() {
    return app;
  }

  /** What a page of the admin port says. */
  String admin(String path) {
    URI uri = URI.create("http://127.0.0.1:" + app.adminPort() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String console() {
    return console.toString(StandardCharsets.UTF_8);
  }

  Path assertionJwks() {
    return directory.resolve("jwks.json");
  }

  CheckResponse check(CheckRequest request) {
    return stub(envoy).check(request);
  }

  /** Asks as another client: "stranger" has a certificate of a wrong name, "anonymous" has none. */
  CheckResponse checkAs(String client, CheckRequest request) {
    ManagedChannel channel = channel(client);
    try {
      return stub(channel).check(request);
    } finally {
      channel.shutdownNow();
    }
  }

  private static AuthorizationGrpc.AuthorizationBlockingStub stub(ManagedChannel channel) {
    return AuthorizationGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  ServingStatus health() {
    return HealthGrpc.newBlockingStub(envoy)
        .check(
            HealthCheckRequest.newBuilder()
                .setService("envoy.service.auth.v3.Authorization")
                .build())
        .getStatus();
  }

  private ManagedChannel channel(String client) {
    try {
      TlsChannelCredentials.Builder credentials =
          TlsChannelCredentials.newBuilder().trustManager(directory.resolve("ca.crt").toFile());
      if (!client.equals("anonymous")) {
        credentials.keyManager(
            directory.resolve(client + ".crt").toFile(),
            directory.resolve(client + ".key").toFile());
      }
      return NettyChannelBuilder.forAddress("127.0.0.1", app.port(), credentials.build())
          .overrideAuthority(NAME)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    envoy.shutdownNow();
    app.close();
  }
}
