package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The life of nodes, pods and volumes as kwok plays it: YAML files of kwok's own Go module, which
 * its binary does not contain.
 */
final class KwokStages implements ToolGroup {
  private static final String MODULE = "sigs.k8s.io/kwok";
  private static final String ARTIFACT = "kwok-stages";
  private static final List<String> DIRECTORIES =
      List.of("node/fast", "node/heartbeat", "pod/fast", "volume/fast");
  private static final Set<String> OTHER_FILES = Set.of("kustomization.yaml");

  private final GoMod mod;
  private final ToolCache cache;

  KwokStages(GoMod mod, ToolCache cache) {
    this.mod = mod;
    this.cache = cache;
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
    // The kubernetes group, which brings kwok itself, needs the same Go and says so.
    return List.of();
  }

  @Override
  public Map<String, Path> install(Set<String> wanted, Progress progress)
      throws IOException, InterruptedException {
    Path home = cache.directory(ARTIFACT, mod.version(MODULE), mod.sums(), DIRECTORIES.toString());
    cache.provide(
        home, Set.of("stages"), progress, (workshop, _) -> copy(workshop.resolve("stages")));
    return Map.of(ARTIFACT, home.resolve("stages"));
  }

  private void copy(Path target) throws IOException, InterruptedException {
    Command.in(mod.directory(), "go", "mod", "download", MODULE).output();
    Path module =
        Path.of(
            Command.in(
                    mod.directory(), "go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", MODULE)
                .output());
    Files.createDirectory(target);
    for (String directory : DIRECTORIES) {
      try (Stream<Path> files = Files.list(module.resolve("kustomize/stage").resolve(directory))) {
        for (Path file : files.filter(KwokStages::isStage).toList()) {
          Files.write(target.resolve(file.getFileName()), Files.readAllBytes(file));
        }
      }
    }
  }

  private static boolean isStage(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".yaml") && !OTHER_FILES.contains(name);
  }
}
