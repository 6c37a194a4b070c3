package io.helmgate.bench.deployer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.bench.result.Measure;
import io.helmgate.bench.result.Measure.Goal;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.result.Spread;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The benchmark of the deployer: the whole way through Envoy beside the helm program. */
public final class DeployerBench implements AutoCloseable {
  private static final String USER = "bob";
  private static final String NAMESPACE = "team-a";
  private static final String OTHER_NAMESPACE = "team-b";
  private static final String PARENT = parent(NAMESPACE);
  private static final double LIST_MILLIS = 100;
  private static final String LISTED = "listed";
  private static final String QUEUE = "queue-001";

  /** With it a record has 40 KB, as those of larger charts have; without it, 4 KB. */
  private static final int LARGE_FILES = 27 << 10;

  private static final Goal TWENTY_TIMES = Goal.atLeast(20);
  private static final Goal NOT_SLOWER = Goal.atLeast(1);

  private final Sandbox sandbox;
  private final Gateway gateway;
  private final Cli helm;
  private final Path directory;
  private final Plan plan;
  private final SideBySide sides;
  private final Consumer<String> progress;
  private final Report report = new Report("deployer");

  /** What can be measured apart. */
  public enum Part {
    /** Lists of releases. */
    LIST,
    /** Search in a repository's charts. */
    SEARCH,
    /** Install, upgrade and uninstall. */
    WRITE
  }

  /**
   * How much of everything.
   *
   * @param warmUp time for each way of ours before it counts
   * @param rounds turns that count
   * @param releases to list
   * @param versions to search in
   */
  public record Plan(Duration warmUp, int rounds, int releases, int versions) {
    /** For figures. */
    public static Plan full() {
      return new Plan(Duration.ofMinutes(1), 10, 1_000, 10_000);
    }

    /** To see that everything works. */
    public static Plan quick() {
      return new Plan(Duration.ofSeconds(2), 2, 100, 1_000);
    }
  }

  private DeployerBench(Sandbox sandbox, Path directory, Plan plan, Consumer<String> progress) {
    this.sandbox = sandbox;
    this.gateway = new Gateway(sandbox, USER);
    this.helm = sandbox.cluster().helm();
    this.directory = directory;
    this.plan = plan;
    this.sides = new SideBySide(plan.warmUp(), plan.rounds());
    this.progress = progress;
  }

  /**
   * Starts the whole system.
   *
   * @param directory for its state, made anew
   */
  public static DeployerBench start(Path directory, Plan plan, Consumer<String> progress)
      throws IOException {
    SandboxOptions options = SandboxOptions.in(Checkout.find()).run(directory).progress(progress);
    String cluster = "    - kubeconfig: ${kubeconfig}\n";
    String shipped = options.configuration().text();
    if (!shipped.contains(cluster)) {
      throw new IllegalStateException("the sandbox's configuration has another form");
    }
    Sandbox sandbox =
        Sandbox.start(
            options
                .configuration(shipped.replace(cluster, cluster + "      release_cache: shared\n"))
                .javaOptions(System.getenv().getOrDefault("DEPLOYER_JAVA_OPTS", "")));
    return new DeployerBench(sandbox, directory, plan, progress);
  }

  public Report run(Set<Part> parts) throws IOException, InterruptedException {
    if (parts.contains(Part.WRITE)) {
      writes();
    }
    if (parts.contains(Part.SEARCH)) {
      search();
    }
    if (parts.contains(Part.LIST)) {
      Cli kubectl = sandbox.cluster().kubectl();
      kubectl.run("create", "clusterrole", "cache", "--verb=list,watch", "--resource=secrets");
      kubectl.run(
          "create", "clusterrolebinding", "cache", "--clusterrole=cache", "--user=helmgate");
      list("list of %,d releases".formatted(plan.releases()), NAMESPACE, gateway, 0);
      try (Gateway platform = new Gateway(sandbox, "alice")) {
        list(
            "list of %,d large releases".formatted(plan.releases()),
            OTHER_NAMESPACE,
            platform,
            LARGE_FILES);
      }
    }
    return report;
  }

  private void list(String name, String namespace, Gateway user, int filesBytes)
      throws IOException, InterruptedException {
    progress.accept(name);
    helm.run("install", LISTED, chart(), "-n", namespace, "--set=replicas=0");
    ReleaseCopies.make(
        sandbox.cluster().kubectl(), namespace, LISTED, plan.releases() - 1, filesBytes);
    for (int tries = 0; listedByGrpc(user, namespace) != plan.releases(); tries++) {
      if (tries > plan.releases()) {
        throw new SandboxException("the deployer does not list all releases");
      }
    }
    list(name + " by REST", namespace, _ -> listed(user, namespace));
    list(name + " by gRPC", namespace, _ -> listedByGrpc(user, namespace));
  }

  private void list(String name, String namespace, SideBySide.Way way)
      throws IOException, InterruptedException {
    progress.accept(name);
    sides.warm(1, way);
    Spread ours =
        sides.measure(
            name,
            _ -> helm.run("list", "-n", namespace, "-a", "-o", "json", "--max=100000"),
            way,
            TWENTY_TIMES,
            report);
    report.add(Measure.aimed(name + " from cache", ours, "ms", Goal.atMost(LIST_MILLIS)));
  }

  /** How many there are, all on one page. */
  private int listedByGrpc(Gateway user, String namespace) {
    return user.releases()
        .listReleases(
            ListReleasesRequest.newBuilder()
                .setParent(parent(namespace))
                .setPageSize(plan.releases())
                .setSearch(LISTED)
                .build())
        .getReleasesCount();
  }

  /** All on one page. As with helm, nobody reads the JSON; that the last one is there is seen. */
  private void listed(Gateway user, String namespace) throws InterruptedException {
    found(
        user.get(
            "%s/releases?pageSize=%d&search=%s"
                .formatted(parent(namespace), plan.releases(), LISTED)),
        ReleaseCopies.name(LISTED, plan.releases() - 2));
  }

  private static String parent(String namespace) {
    return "clusters/default/namespaces/" + namespace;
  }

  private void search() throws IOException, InterruptedException {
    progress.accept("an index of %,d versions".formatted(plan.versions()));
    LargeIndex.extend(sandbox.charts().directory().resolve("index.yaml"), plan.versions());
    Path home = Files.createDirectories(directory.resolve("helm-home"));
    Cli searching =
        new Cli(
            helm.program(),
            Map.of(
                "HELM_REPOSITORY_CONFIG", home.resolve("repositories.yaml").toString(),
                "HELM_REPOSITORY_CACHE", home.resolve("cache").toString()));
    searching.run("repo", "add", "sandbox", sandbox.charts().url().toString());
    try (Gateway platform = new Gateway(sandbox, "alice")) {
      platform.post("repositories/sandbox:refresh", JsonNodeFactory.instance.objectNode());
    }
    SideBySide.Way ours =
        _ -> found(gateway.get("repositories/sandbox/charts?search=queue&pageSize=500"), QUEUE);
    sides.warm(1, ours);
    sides.measure(
        "search in %,d versions".formatted(plan.versions()),
        _ -> found(searching.run("search", "repo", "queue", "-o", "json"), QUEUE),
        ours,
        TWENTY_TIMES,
        report);
  }

  private static void found(String answer, String name) {
    if (!answer.contains(name)) {
      throw new SandboxException(name + " is missing in " + answer);
    }
  }

  private void writes() throws IOException, InterruptedException {
    progress.accept("installing, upgrading and uninstalling a small chart");
    sides.warm(
        3,
        round -> {
          install(round);
          upgrade(round);
          uninstall(round);
        });
    sides.measure(
        "install",
        round -> helm.run("install", "cli" + round, chart(), "-n", NAMESPACE, "--wait"),
        this::install,
        NOT_SLOWER,
        report);
    sides.measure(
        "upgrade",
        round ->
            helm.run(
                "upgrade", "cli" + round, chart(), "-n", NAMESPACE, "--wait", "--set=replicas=2"),
        this::upgrade,
        NOT_SLOWER,
        report);
    sides.measure(
        "uninstall",
        round -> helm.run("uninstall", "cli" + round, "-n", NAMESPACE),
        this::uninstall,
        NOT_SLOWER,
        report);
  }

  private void install(int round) throws InterruptedException {
    gateway.post(PARENT + "/releases", write().put("releaseId", ours(round)));
  }

  private void upgrade(int round) throws InterruptedException {
    ObjectNode upgrade = write();
    upgrade.putObject("values").put("replicas", 2);
    gateway.post(PARENT + "/releases/" + ours(round) + ":upgrade", upgrade);
  }

  private void uninstall(int round) throws InterruptedException {
    gateway.delete(PARENT + "/releases/" + ours(round) + "?wait=true");
  }

  private static String ours(int round) {
    return round < 0 ? "ours-warm" + -round : "ours" + round;
  }

  private static ObjectNode write() {
    return JsonNodeFactory.instance.objectNode().put("chart", "sandbox/demo").put("wait", true);
  }

  /** The archive that the repository has, so that nothing is packaged meanwhile. */
  private String chart() {
    return sandbox.charts().directory().resolve("demo-0.2.0.tgz").toString();
  }

  @Override
  public void close() {
    gateway.close();
    sandbox.close();
  }
}
