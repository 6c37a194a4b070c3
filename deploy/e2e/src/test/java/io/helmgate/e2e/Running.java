package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.rpc.Code;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.helmgate.e2e.client.GraphqlApi;
import io.helmgate.e2e.client.GrpcApi;
import io.helmgate.e2e.client.HelmApi;
import io.helmgate.e2e.client.HttpApi;
import io.helmgate.e2e.client.RawHttp;
import io.helmgate.e2e.client.RestApi;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.RefreshRepositoryRequest;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import io.helmgate.sandbox.identity.Keycloak;
import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.service.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The system that all tests share, started once. A test that stops or changes a part puts it back;
 * tests run one after the other.
 */
final class Running {

  private static final Duration RELOAD_LIMIT = Duration.ofSeconds(20);

  /** Keycloak's tokens live for 5 minutes. */
  private static final Duration TOKEN_USE = Duration.ofMinutes(4);

  private static final Duration EXIT_LIMIT = Duration.ofSeconds(40);
  private static final Running SHARED = new Running();

  private final Checkout checkout = Checkout.find();
  private final PrivateRegistry privateRegistry;
  private final Sandbox sandbox;
  private final EnvoyClients clients;
  private final Deployers deployers;
  private final Map<String, KeptToken> tokens = new ConcurrentHashMap<>();
  private final AtomicInteger names = new AtomicInteger();
  private final Set<String> charts = ConcurrentHashMap.newKeySet();

  private Running() {
    var target = Path.of("target").toAbsolutePath();
    privateRegistry = PrivateRegistry.start(target.resolve("registry"));
    Runtime.getRuntime().addShutdownHook(new Thread(privateRegistry::close, "registry-shutdown"));
    var options = SandboxOptions.in(checkout).run(target.resolve("run"));
    var services = PrivateRepositories.shared().addedTo(options.configuration().text());
    sandbox =
        Sandbox.start(
            options.configuration(privateRegistry.addedTo(services)).progress(System.out::println));
    clients = new EnvoyClients(sandbox.tls(), sandbox.envoy().url());
    deployers = new Deployers(sandbox, checkout.root());
  }

  static Running helmgate() {
    return SHARED;
  }

  PrivateRegistry privateRegistry() {
    return privateRegistry;
  }

  /** The deployer, to be killed or configured otherwise. */
  Deployers deployers() {
    return deployers;
  }

  /** A release name that no other test uses. */
  String freshName(String prefix) {
    return prefix + "-" + names.incrementAndGet();
  }

  // Callers.

  List<HelmApi> apis(String user) {
    Supplier<String> token = () -> token(user);
    var http = new HttpApi(sandbox.envoy().client(), url(), token);
    return List.of(new GrpcApi(channel(), token), new RestApi(http), new GraphqlApi(http));
  }

  /** Clients of {@code helmgate.deployer.v1}, one for each transport. */
  List<V1Client> v1(String user) {
    return V1Client.all(
        new EnvoyPort(channel(), sandbox.envoy().client(), url(), () -> token(user)));
  }

  HttpApi http(String token) {
    return new HttpApi(sandbox.envoy().client(), url(), () -> token);
  }

  Channel channel() {
    return clients.channel();
  }

  /** The same, for calls of a user. */
  Channel channel(String user) {
    var metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + token(user));
    return ClientInterceptors.intercept(
        channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  RawHttp raw() {
    return clients.raw();
  }

  /** A token of the user, possibly used before, that is good for a minute at least. */
  String token(String user) {
    return tokens
        .compute(
            user,
            (_, kept) ->
                kept != null && Instant.now().isBefore(kept.until()) ? kept : keptToken(user))
        .token();
  }

  private record KeptToken(String token, Instant until) {}

  private KeptToken keptToken(String user) {
    return new KeptToken(freshToken(user), Instant.now().plus(TOKEN_USE));
  }

  String freshToken(String user) {
    return sandbox.keycloak().token(user);
  }

  String clientToken() {
    return sandbox.keycloak().serviceToken();
  }

  ForgedTokens forgedTokens() {
    return new ForgedTokens(sandbox.keycloak().issuer(), Keycloak.AUDIENCE);
  }

  /** Sends one framed body by gRPC and returns the code of the answer. */
  Code grpcBytes(String user, String method, byte[] body) {
    return clients.grpc(method, token(user), body);
  }

  /** Adds one of the charts of the deployer's tests to the repository {@code sandbox}. */
  void addChart(String name) {
    addChart(root().resolve("deployer/src/test/charts").resolve(name), "1.0.0");
  }

  void addChart(Path chart, String version) {
    if (charts.add(chart.getFileName() + " " + version)) {
      sandbox.charts().add(chart, version);
      v1("alice")
          .getFirst()
          .call(
              "RefreshRepository",
              RefreshRepositoryRequest.newBuilder().setName("repositories/sandbox").build())
          .ok();
    }
  }

  Path archive(String chart, String version) {
    return sandbox.charts().directory().resolve(chart + "-" + version + ".tgz");
  }

  // What is outside of Helmgate, looked at with the field's own tools.

  JsonNode helmJson(String... arguments) {
    return Values.parse(
        sandbox
            .cluster()
            .helm()
            .run(
                Stream.concat(Stream.of(arguments), Stream.of("-o", "json"))
                    .toArray(String[]::new)));
  }

  /** The helm program as the cluster's administrator. */
  Cli helm() {
    return sandbox.cluster().helm();
  }

  String kubectl(String... arguments) {
    return sandbox.cluster().kubectl().run(arguments);
  }

  JsonNode kubectlJson(String... arguments) {
    return Values.parse(
        kubectl(
            Stream.concat(Stream.of(arguments), Stream.of("-o", "json")).toArray(String[]::new)));
  }

  /** What grpcurl prints, errors included. */
  String grpcurl(String user, String... words) {
    var token =
        user.isEmpty()
            ? Stream.<String>empty()
            : Stream.of("-H", "authorization: Bearer " + token(user));
    var arguments =
        Stream.of(
                Stream.of("-cacert", sandbox.tls().resolve("ca.crt").toString()),
                token,
                Stream.of("localhost:" + url().getPort()),
                Stream.of(words))
            .flatMap(part -> part)
            .toArray(String[]::new);
    var result = new Cli(sandbox.program("grpcurl"), Map.of()).tryRun("", arguments);
    return result.out() + result.err();
  }

  /** What a shell script prints; fails when the script does. */
  String shell(String script) {
    var result = new Cli(Path.of("/bin/bash"), Map.of()).tryRun(script, "-s");
    assertThat(result.code()).as("%s%n%s", result.out(), result.err()).isZero();
    return result.out();
  }

  Path root() {
    return checkout.root();
  }

  Path runDirectory() {
    return sandbox.directory();
  }

  // What people at a browser need.

  URI gateway(String path) {
    return url().resolve(path);
  }

  URI issuer() {
    return URI.create(sandbox.keycloak().issuer());
  }

  String userPassword() {
    return sandbox.keycloak().userPassword();
  }

  /** SHA-256 of the public key of what Envoy shows, in Base64. */
  String listenerKey() {
    return clients.publicKeyDigest("listener");
  }

  PlaygroundAssets playgroundAssets() {
    return PlaygroundAssets.of(http("").send("GET", "/playground", "").body());
  }

  // Parts that tests stop, kill or change.

  /** Logs everybody out who logged in by a browser, or otherwise. */
  void endSessions() {
    sandbox.keycloak().endSessions();
  }

  void rotateIdentityProviderKey() {
    sandbox.keycloak().rotateSigningKey(true);
  }

  void withoutIdentityProvider(Runnable test) {
    // Nobody gets a new one meanwhile.
    tokens.replaceAll((user, _) -> keptToken(user));
    sandbox.keycloak().stop();
    try {
      test.run();
    } finally {
      sandbox.keycloak().start();
    }
  }

  void withoutExtauthz(Runnable test) {
    sandbox.extauthz().stop();
    try {
      test.run();
    } finally {
      sandbox.extauthz().start();
    }
  }

  int terminateExtauthz() {
    return terminate(sandbox.extauthz());
  }

  int terminateDeployer() {
    return terminate(sandbox.deployer());
  }

  /** Sends SIGTERM, waits, starts the service again, and returns the exit status. */
  private static int terminate(ServiceProcess service) {
    var process = service.process();
    process.terminate();
    try {
      assertThat(process.awaitExit(EXIT_LIMIT))
          .as("%s ended after SIGTERM", service.name())
          .isTrue();
      return process.exitCode();
    } finally {
      service.stop();
      service.start();
    }
  }

  /** Replaces the policy and waits until it is in force. */
  void usePolicy(String rego) {
    var before = policyChanges();
    writePolicy(rego);
    await("the new policy is in force").atMost(RELOAD_LIMIT).until(() -> policyChanges() > before);
  }

  void writePolicy(String rego) {
    try {
      Files.writeString(sandbox.policy(), rego);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String examplePolicy() {
    try {
      return Files.readString(root().resolve("deploy/policies/helmgate.rego"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void useExamplePolicy() {
    writePolicy(examplePolicy());
    await("the example policy is in force")
        .atMost(RELOAD_LIMIT)
        .until(
            () ->
                http(token("bob")).send("GET", "/apps/team-b", "").status() == 403
                    && http(token("bob")).send("GET", "/apps/team-a", "").status() == 200);
  }

  String extauthzLog() {
    return log("extauthz");
  }

  String deployerLog() {
    return log("deployer");
  }

  private String log(String service) {
    try {
      return Files.readString(sandbox.directory().resolve("logs").resolve(service + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long policyChanges() {
    return extauthzLog().lines().filter(line -> line.contains(" replaces ")).count();
  }

  /** Number of requests that the deployer has seen. */
  double deployerRequests() {
    return Deployers.requests(sandbox.deployer());
  }

  // Ways in beside Envoy.

  URI deployerUrl() {
    return URI.create("https://localhost:" + (sandbox.deployer().admin().getPort() - 1));
  }

  HttpClient clientWithEnvoysCertificate() {
    return clients.withCertificate("envoy");
  }

  HttpClient clientWithoutCertificate() {
    return sandbox.envoy().client();
  }

  private URI url() {
    return sandbox.envoy().url();
  }
}
