package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Programs built by Go from the modules that one {@code go.mod} pins. A program of exactly the
 * pinned version that is already on the PATH is used instead.
 */
final class GoTools implements ToolGroup {
  // From 1.21 on, Go fetches the toolchain that a go.mod asks for.
  private static final int OLDEST_MINOR = 21;

  private final String name;
  private final GoMod mod;
  private final List<GoProgram> programs;
  private final String linkerFlags;
  private final String duration;
  private final ToolCache cache;
  private final SearchPath searchPath;

  /**
   * @param duration how long a build from nothing takes, for the person who waits
   * @param linkerFlags tells the programs their versions
   */
  GoTools(
      GoMod mod,
      List<GoProgram> programs,
      Function<GoMod, String> linkerFlags,
      String duration,
      ToolCache cache,
      SearchPath searchPath) {
    this.name = mod.directory().getFileName().toString();
    this.mod = mod;
    this.programs = programs;
    this.linkerFlags = linkerFlags.apply(mod);
    this.duration = duration;
    this.cache = cache;
    this.searchPath = searchPath;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> artifacts() {
    return programs.stream()
        .map(program -> "bin/" + program.name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public List<String> missing() throws IOException, InterruptedException {
    if (searchPath.find("go").isEmpty()) {
      return List.of(
          "go: not on the PATH (expected: Go 1.26 or newer, which builds %s)".formatted(name));
    }
    String version = goVersion();
    Matcher minor = Pattern.compile("go1\\.(\\d+)").matcher(version);
    return minor.find() && Integer.parseInt(minor.group(1)) < OLDEST_MINOR
        ? List.of("go: version %s (expected: 1.26 or newer)".formatted(version))
        : List.of();
  }

  private String goVersion() throws IOException, InterruptedException {
    return Command.in(mod.directory(), go(), "env", "GOVERSION").output();
  }

  @Override
  public Map<String, Path> install(Set<String> wanted, Progress progress)
      throws IOException, InterruptedException {
    Path home = cache.directory(name, mod.text(), mod.sums(), goVersion(), linkerFlags);
    Map<String, Path> installed = new LinkedHashMap<>();
    List<GoProgram> toBuild = new ArrayList<>();
    for (GoProgram program : programs) {
      String artifact = "bin/" + program.name();
      if (wanted.contains(artifact)) {
        Path built = home.resolve(program.name());
        Optional<Path> present =
            Files.exists(built) ? Optional.of(built) : onPath(program, progress);
        installed.put(artifact, present.orElse(built));
        if (present.isEmpty()) {
          toBuild.add(program);
        }
      }
    }
    cache.provide(
        home,
        toBuild.stream().map(GoProgram::name).collect(Collectors.toSet()),
        progress,
        (workshop, lacking) ->
            build(
                toBuild.stream().filter(program -> lacking.contains(program.name())).toList(),
                workshop,
                progress));
    return installed;
  }

  private Optional<Path> onPath(GoProgram program, Progress progress)
      throws IOException, InterruptedException {
    Optional<Path> found = searchPath.find(program.name());
    if (found.isEmpty()) {
      return found;
    }
    List<String> words = new ArrayList<>(List.of(found.get().toString()));
    words.addAll(program.versionArguments());
    String output;
    try {
      output = Command.in(mod.directory(), words.toArray(String[]::new)).output();
    } catch (ToolException e) {
      // A program that can't tell its version is not the one that is wanted.
      return Optional.empty();
    }
    String version = mod.version(program.module());
    if (!GoProgram.names(output, version)) {
      return Optional.empty();
    }
    progress.say("uses %s, which is version %s".formatted(found.get(), version));
    return found;
  }

  private void build(List<GoProgram> toBuild, Path workshop, Progress progress)
      throws IOException, InterruptedException {
    List<String> packages = toBuild.stream().map(GoProgram::importPath).toList();
    progress.say(
        "builds %s from Go modules; from nothing that takes %s"
            .formatted(
                toBuild.stream().map(GoProgram::name).collect(Collectors.joining(", ")), duration));
    int total = count(packages, progress);
    List<String> words =
        new ArrayList<>(
            List.of(
                go(), "install", "-v", "-mod=readonly", "-trimpath", "-ldflags=" + linkerFlags));
    words.addAll(packages);
    int[] compiled = {0};
    go(words, workshop)
        .run(
            line -> {
              if (!line.startsWith("go: ")) {
                compiled[0]++;
              }
              progress.update("compiled %,d of at most %,d packages".formatted(compiled[0], total));
            });
    for (GoProgram program : toBuild) {
      if (!program.binary().equals(program.name())) {
        Files.move(workshop.resolve(program.binary()), workshop.resolve(program.name()));
      }
    }
    progress.say("built in " + progress.elapsed());
  }

  /** Counts the packages that the programs consist of, which downloads their modules. */
  private int count(List<String> packages, Progress progress)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(go(), "list", "-mod=readonly", "-deps"));
    words.addAll(packages);
    int[] downloaded = {0};
    int[] listed = {0};
    go(words, mod.directory())
        .run(
            line -> {
              if (line.startsWith("go: downloading")) {
                downloaded[0]++;
                progress.update("downloaded %,d modules".formatted(downloaded[0]));
              } else {
                listed[0]++;
              }
            });
    return listed[0];
  }

  private String go() throws ToolException {
    return searchPath
        .find("go")
        .orElseThrow(() -> new ToolException("go: not on the PATH"))
        .toString();
  }

  private Command go(List<String> words, Path binaries) {
    return new Command(
        mod.directory(), Map.of("CGO_ENABLED", "0", "GOBIN", binaries.toString()), words);
  }
}
