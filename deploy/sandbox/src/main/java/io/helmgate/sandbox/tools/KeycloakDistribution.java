package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Keycloak out of a Maven artifact, built for its database and started once. */
final class KeycloakDistribution implements ToolGroup {
  private static final String ARTIFACT = "keycloak";

  private final Path locks;
  private final Path javaHome;
  private final ToolCache cache;
  private final SearchPath searchPath;

  KeycloakDistribution(Path locks, Path javaHome, ToolCache cache, SearchPath searchPath) {
    this.locks = locks;
    this.javaHome = javaHome;
    this.cache = cache;
    this.searchPath = searchPath;
  }

  @Override
  public String name() {
    return ARTIFACT;
  }

  @Override
  public Set<String> artifacts() {
    return Set.of(ARTIFACT);
  }

  @Override
  public List<String> missing() {
    return searchPath.find("mvn").isPresent()
        ? List.of()
        : List.of("mvn: not on the PATH (expected: Maven 3.8.7 or newer, which fetches Keycloak)");
  }

  @Override
  public Map<String, Path> install(Set<String> wanted, Progress progress)
      throws IOException, InterruptedException {
    String text = Files.readString(locks.resolve("keycloak.properties"));
    String realm = Files.readString(locks.resolve("helmgate-realm.json"));
    var pinned = new Properties();
    pinned.load(new StringReader(text));
    Path java = javaHome.resolve("bin/java");
    // The start cache fits one JVM and one start command.
    String command =
        new KeycloakCommand(Path.of("keycloak"), java).start(0, Path.of("db")).toString();
    Path home = cache.directory(name(), text, realm, Runtime.version().toString(), command);
    cache.provide(
        home,
        Set.of(ARTIFACT),
        progress,
        (workshop, _) -> {
          unpack(download(pinned, workshop, progress), workshop);
          Path keycloak = workshop.resolve(ARTIFACT);
          progress.say("builds Keycloak's configuration, about half a minute");
          Command.in(keycloak, "bin/kc.sh", "build", "--db=dev-file")
              .with(Map.of("JAVA_HOME", javaHome.toString()))
              .run(_ -> progress.update("still builds"));
          progress.say("starts it once to make its database and a start cache, about a minute");
          new KeycloakFirstStart(new KeycloakCommand(keycloak, java), realm, new SecureRandom())
              .run(progress);
          progress.say("ready in " + progress.elapsed());
        });
    return Map.of(ARTIFACT, home.resolve(ARTIFACT));
  }

  private Path download(Properties pinned, Path workshop, Progress progress)
      throws IOException, InterruptedException {
    progress.say("downloads Keycloak, 177 MB");
    Command.in(
            workshop,
            "mvn",
            "--batch-mode",
            "--quiet",
            pinned.getProperty("maven-plugin") + ":copy",
            "-Dartifact=" + pinned.getProperty("artifact"),
            "-DoutputDirectory=" + workshop.resolve("download"))
        .with(Map.of("JAVA_HOME", javaHome.toString()))
        .output();
    try (Stream<Path> files = Files.list(workshop.resolve("download"))) {
      Path zip = files.findFirst().orElseThrow();
      String expected = pinned.getProperty("sha256");
      String actual = ToolCache.sha256(zip);
      if (!actual.equals(expected)) {
        throw new ToolException(
            "%s: SHA-256 %s (expected: %s)".formatted(zip.getFileName(), actual, expected));
      }
      return zip;
    }
  }

  /** Unpacks without the top directory, which carries the version. */
  private static void unpack(Path zip, Path workshop) throws IOException {
    Path target = workshop.resolve(ARTIFACT);
    try (var file = new ZipFile(zip.toFile())) {
      Enumeration<? extends ZipEntry> entries = file.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path inside = Path.of(entry.getName());
        if (entry.isDirectory() || inside.getNameCount() < 2) {
          continue;
        }
        Path to = target.resolve(inside.subpath(1, inside.getNameCount())).normalize();
        if (!to.startsWith(target)) {
          throw new ToolException(zip + ": an entry outside the archive: " + entry.getName());
        }
        Files.createDirectories(to.getParent());
        try (var content = file.getInputStream(entry)) {
          Files.copy(content, to);
        }
        if (to.toString().endsWith(".sh") && !to.toFile().setExecutable(true)) {
          throw new ToolException(to + ": can't be made executable");
        }
      }
    }
    Files.delete(zip);
  }
}
