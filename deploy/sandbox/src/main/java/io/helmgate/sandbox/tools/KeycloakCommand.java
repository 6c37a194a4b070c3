package io.helmgate.sandbox.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that starts an installed Keycloak. It is the one that Keycloak's kc.sh would run,
 * without the shell between, which would hide the server's process from whoever stops it.
 *
 * @param home where Keycloak is unpacked
 * @param java the JVM's launcher
 */
public record KeycloakCommand(Path home, Path java) {
  private static final String AOT_CACHE = "keycloak.aot";

  /** Returns the database of the server's first start, to be copied for each new server. */
  public Path seedDatabase() {
    return home.resolve("data/seed/keycloak.mv.db");
  }

  /**
   * Returns the file with what was made up for the seed database: {@code admin-password}, {@code
   * user-password} of every user of the realm, {@code client-secret} of its confidential client.
   */
  public Path secrets() {
    return home.resolve("data/seed/secrets.properties");
  }

  /**
   * Starts on loopback without TLS, on a built configuration.
   *
   * @param database path of the H2 file, without {@code .mv.db}
   */
  public List<String> start(int port, Path database) {
    Path cache = home.resolve(AOT_CACHE);
    return command(
        Files.exists(cache) ? List.of("-XX:AOTCache=" + cache) : List.of(), port, database);
  }

  /**
   * The same, but it imports the realms that lie in {@code data/import}, and the JVM writes at its
   * end a cache that makes later starts faster.
   */
  List<String> training(int port, Path database) {
    List<String> words =
        command(List.of("-XX:AOTCacheOutput=" + home.resolve(AOT_CACHE)), port, database);
    words.add("--import-realm");
    return words;
  }

  private List<String> command(List<String> cacheOptions, int port, Path database) {
    List<String> words = new ArrayList<>(List.of(java.toString()));
    words.addAll(cacheOptions);
    words.addAll(
        List.of(
            "-Xms128m",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-Dfile.encoding=UTF-8",
            "-Duser.language=en",
            "-Duser.country=US",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
            "-Dpicocli.disable.closures=true",
            "-Dkc.config.built=true",
            "-Dkc.home.dir=" + home,
            "-Djboss.server.config.dir=" + home.resolve("conf"),
            "-cp",
            home.resolve("lib/quarkus-run.jar").toString(),
            "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
            "start",
            "--optimized",
            "--cache=local",
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--hostname=http://127.0.0.1:" + port,
            "--db-url=jdbc:h2:file:%s;NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE"
                .formatted(database)));
    return words;
  }
}
