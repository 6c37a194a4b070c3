package io.helmgate.sandbox.identity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helmgate.sandbox.process.HttpProbe;
import io.helmgate.sandbox.process.Part;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.ServerProcess;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.tools.KeycloakCommand;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The identity provider, with the realm {@code helmgate}. Its groups are {@code platform}, {@code
 * team-a} and {@code readers}, and one that is named {@code system:masters}.
 */
public final class Keycloak implements Part {
  /** The audience that tokens for Helmgate carry. */
  public static final String AUDIENCE = "helmgate";

  /** Who can log in: alice (platform), bob (team-a), carol (readers), mallory (system:masters). */
  public static final List<String> USERS = List.of("alice", "bob", "carol", "mallory");

  /** The public client of people at a terminal. */
  public static final String CLIENT = "helmgate-cli";

  /** The public client of people at the playground, who log in by browser. */
  public static final String PLAYGROUND_CLIENT = "helmgate-playground";

  /** A public client of another API, whose tokens lack our audience. */
  public static final String OTHER_CLIENT = "other-api";

  /** The confidential client of a job, which is in the group team-a. */
  public static final String SERVICE_CLIENT = "ci";

  private final KeycloakCommand command;
  private final Path database;
  private final URI server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ServerProcess process;
  private final Properties secrets = new Properties();
  private final URI playground;

  /**
   * @param playground the page that people are sent back to
   */
  public Keycloak(Workspace workspace, URI playground) {
    this.playground = playground;
    Path home = workspace.tools().resolve("keycloak");
    int port = workspace.ports().free();
    this.server = URI.create("http://127.0.0.1:" + port);
    this.database = workspace.part("keycloak").resolve("keycloak");
    try {
      // The start cache knows the path without links.
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      this.command = new KeycloakCommand(home.toRealPath(), java);
      try (Reader reader = Files.newBufferedReader(command.secrets())) {
        secrets.load(reader);
      }
    } catch (IOException e) {
      throw new SandboxException(home + ": incomplete (expected: make tools made it)", e);
    }
    this.process =
        workspace.server(
            "keycloak",
            command.start(port, database),
            Map.of(),
            new HttpProbe(client, URI.create(issuer()), 200));
  }

  @Override
  public String name() {
    return "keycloak";
  }

  @Override
  public void start() {
    Path file = Path.of(database + ".mv.db");
    try {
      if (!Files.exists(file)) {
        Files.copy(command.seedDatabase(), file);
      }
    } catch (IOException e) {
      throw new SandboxException(file + ": can't be written", e);
    }
    process.start();
    // The realm knows the usual port only.
    new RealmClients(rest(), adminRealm(), adminToken()).redirect(PLAYGROUND_CLIENT, playground);
  }

  @Override
  public void stop() {
    process.stop();
  }

  public String issuer() {
    return server + "/realms/helmgate";
  }

  public String jwksUri() {
    return issuer() + "/protocol/openid-connect/certs";
  }

  public String tokenEndpoint() {
    return issuer() + "/protocol/openid-connect/token";
  }

  /** Returns the password that all users share; it is made up once for each tool cache. */
  public String userPassword() {
    return secret("user-password");
  }

  /** Returns the secret of {@link #SERVICE_CLIENT}. */
  public String clientSecret() {
    return secret("client-secret");
  }

  private String secret(String name) {
    String value = secrets.getProperty(name);
    if (value == null) {
      throw new SandboxException(
          "%s: no %s (expected: make tools wrote it)".formatted(command.secrets(), name));
    }
    return value;
  }

  /** Logs a user in and returns the access token, which lives for five minutes. */
  public String token(String user) {
    return token(user, CLIENT);
  }

  /** The same by another public client, such as {@link #OTHER_CLIENT}. */
  public String token(String user, String clientId) {
    return rest()
        .token(
            tokenEndpoint(),
            Map.of(
                "grant_type",
                "password",
                "client_id",
                clientId,
                "username",
                user,
                "password",
                userPassword()));
  }

  /** Returns an access token of {@link #SERVICE_CLIENT}. */
  public String serviceToken() {
    return rest()
        .token(
            tokenEndpoint(),
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                SERVICE_CLIENT,
                "client_secret",
                clientSecret()));
  }

  /**
   * Makes a new key the signing one.
   *
   * @param keepOld whether the old keys stay published, so that tokens of before stay good
   */
  public void rotateSigningKey(boolean keepOld) {
    realmKeys().rotate(keepOld);
  }

  /** Ends all sessions: no token is renewed any more; those that were given stay good. */
  public void endSessions() {
    rest().post(adminRealm() + "/logout-all", adminToken(), JsonNodeFactory.instance.objectNode());
  }

  /** Returns who signs any claims with a key that the realm publishes, such as expired ones. */
  public TokenForge forge() {
    return realmKeys().forge(issuer(), Clock.systemUTC());
  }

  private RealmKeys realmKeys() {
    return new RealmKeys(rest(), adminRealm(), adminToken());
  }

  private String adminRealm() {
    return server + "/admin/realms/helmgate";
  }

  private String adminToken() {
    return rest()
        .token(
            server + "/realms/master/protocol/openid-connect/token",
            Map.of(
                "grant_type", "password",
                "client_id", "admin-cli",
                "username", "admin",
                "password", secret("admin-password")));
  }

  private KeycloakRest rest() {
    return new KeycloakRest(client);
  }
}
