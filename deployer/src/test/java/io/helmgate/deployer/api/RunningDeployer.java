package io.helmgate.deployer.api;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.helmgate.deployer.DeployerApp;
import io.helmgate.deployer.config.DeployerConfig;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.config.InvalidConfigException;
import io.helmgate.kit.lifecycle.ServiceContext;
import io.helmgate.kit.lifecycle.Signals;
import io.helmgate.kit.lifecycle.Version;
import io.helmgate.kit.tls.MutualTls;
import io.helmgate.kit.tls.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** A whole deployer in this process, as its command starts it. */
final class RunningDeployer implements ApiPort, AutoCloseable {

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final TestAssertions assertions;
  private final DeployerApp app;
  private final MutualTls tls;
  private final ManagedChannel channel;
  private final HttpClient http;

  /**
   * @param tls directory of certificates, with Envoy's and the deployer's
   * @param assertions whose public keys are in {@code jwks.json} of the directory
   * @param section more of the section {@code deployer}, two blanks before each line
   */
  RunningDeployer(Path directory, Path tls, URI charts, TestAssertions assertions, String section) {
    this.assertions = assertions;
    try {
      var file =
          Files.writeString(
              Files.createTempFile(directory, "helmgate", ".yaml"),
              """
              port: 0
              shutdown_timeout: 5s
              repos: [{name: sandbox, url: "%s", allow_private: true}]
              deployer:
                address: 127.0.0.1
                assertion: {jwks_file: "%s"}
                tls:
                  cert_file: %s/deployer.crt
                  key_file: %s/deployer.key
                  client_ca_file: %s/ca.crt
                  client_sans: [envoy.helmgate.internal]
              """
                      .formatted(charts, directory.resolve("jwks.json"), tls, tls, tls)
                  + section);
      this.app =
          DeployerApp.create(
              ConfigLoader.load(file, Map.of(), "deployer", DeployerConfig.class),
              new ServiceContext(Map.of(), Signals.ofProcess(), Version.current()));
      this.tls =
          MutualTls.load(
              new TlsFiles(
                  tls.resolve("envoy.crt"), tls.resolve("envoy.key"), tls.resolve("ca.crt")),
              Set.of("deployer.helmgate.internal"),
              timer);
    } catch (IOException | InvalidConfigException e) {
      throw new IllegalStateException(e);
    }
    channel =
        NettyChannelBuilder.forAddress(
                "localhost",
                app.port(),
                TlsChannelCredentials.newBuilder()
                    .keyManager(this.tls.keys())
                    .trustManager(this.tls.trust())
                    .build())
            .build();
    http = HttpClient.newBuilder().sslContext(context()).build();
  }

  private SSLContext context() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {tls.keys()}, new TrustManager[] {tls.trust()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ManagedChannel channel() {
    return channel;
  }

  @Override
  public HttpClient http() {
    return http;
  }

  @Override
  public URI url(String path) {
    return URI.create("https://localhost:" + app.port() + path);
  }

  @Override
  public TestAssertions assertions() {
    return assertions;
  }

  /** Status and lines of the admin port's {@code /readyz}. */
  String readiness() {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + app.adminPort() + "/readyz");
      var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      return answer.statusCode() + "\n" + answer.body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
    channel.shutdownNow();
    app.drain(Duration.ofSeconds(5));
    app.close();
    tls.close();
    timer.shutdownNow();
  }
}
