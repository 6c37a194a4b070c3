package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The first start of a Keycloak: it makes the database with its tables and the administrator, which
 * takes most of a start's time, imports the realm, and on its way the JVM records what it loads for
 * the start cache.
 */
final class KeycloakFirstStart {
  private static final Duration LIMIT = Duration.ofMinutes(6);

  private final KeycloakCommand keycloak;
  private final String realm;
  private final SecureRandom random;

  /**
   * @param realm a realm as JSON, with {@code ${name}} where a secret belongs
   */
  KeycloakFirstStart(KeycloakCommand keycloak, String realm, SecureRandom random) {
    this.keycloak = keycloak;
    this.realm = realm;
    this.random = random;
  }

  void run(Progress progress) throws IOException, InterruptedException {
    Path seed = Files.createDirectories(keycloak.seedDatabase().getParent());
    Map<String, String> secrets = newSecrets();
    importRealm(secrets);
    Path log = seed.resolve("first-start.log");
    int port = freePort();
    var builder =
        new ProcessBuilder(keycloak.training(port, seed.resolve("keycloak")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", secrets.get("admin-password"));
    Process process = builder.start();
    var end = Thread.ofPlatform().unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end);
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI server = URI.create("http://127.0.0.1:" + port);
      awaitReady(process, client, server, log, progress);
      logIn(client, server, secrets);
      process.destroy();
      // The JVM writes the start cache before it ends.
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new ToolException("Keycloak: still runs (expected: stops on SIGTERM); see " + log);
      }
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(end);
    }
    // A later start would import it again, and overwrite nothing, but take its time.
    ToolCache.delete(keycloak.home().resolve("data/import"));
  }

  /** Makes up the secrets of one cache, so that no two machines have the same. */
  private Map<String, String> newSecrets() throws IOException {
    Map<String, String> secrets = new TreeMap<>();
    for (String name : List.of("admin-password", "user-password", "client-secret")) {
      byte[] bytes = new byte[12];
      random.nextBytes(bytes);
      secrets.put(name, HexFormat.of().formatHex(bytes));
    }
    writePrivately(
        keycloak.secrets(),
        secrets.entrySet().stream()
            .map(secret -> secret.getKey() + "=" + secret.getValue() + "\n")
            .collect(Collectors.joining()));
    return secrets;
  }

  private void importRealm(Map<String, String> secrets) throws IOException {
    String text = realm;
    for (var secret : secrets.entrySet()) {
      text = text.replace("${" + secret.getKey() + "}", secret.getValue());
    }
    Path directory = Files.createDirectories(keycloak.home().resolve("data/import"));
    writePrivately(directory.resolve("realm.json"), text);
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private static void awaitReady(
      Process process, HttpClient client, URI server, Path log, Progress progress)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(server.resolve("/realms/helmgate")).build();
    Instant deadline = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(deadline)) {
      if (process.waitFor(250, TimeUnit.MILLISECONDS)) {
        throw new ToolException(
            "Keycloak: ended with %d during its first start%n%s"
                .formatted(process.exitValue(), Files.readString(log)));
      }
      progress.update("still starts");
      try {
        if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (ConnectException _) {
        // It does not listen yet.
      }
    }
    throw new ToolException(
        "Keycloak: not ready in %s%n%s".formatted(LIMIT, Files.readString(log)));
  }

  /** Proves that the users are there, and takes a login into the start cache. */
  private static void logIn(HttpClient client, URI server, Map<String, String> secrets)
      throws IOException, InterruptedException {
    Map<String, String> forms =
        Map.of(
            "/realms/master/protocol/openid-connect/token",
            "grant_type=password&client_id=admin-cli&username=admin&password="
                + secrets.get("admin-password"),
            "/realms/helmgate/protocol/openid-connect/token",
            "grant_type=password&client_id=helmgate-cli&username=alice&password="
                + secrets.get("user-password"));
    for (var form : forms.entrySet()) {
      var request =
          HttpRequest.newBuilder(server.resolve(form.getKey()))
              .header("content-type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form.getValue()))
              .build();
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new ToolException(
            "Keycloak: login at %s answered %d %s (expected: 200)"
                .formatted(form.getKey(), response.statusCode(), response.body()));
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
