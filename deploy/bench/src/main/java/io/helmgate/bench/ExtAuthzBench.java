package io.helmgate.bench;

import io.helmgate.bench.inprocess.InProcess;
import io.helmgate.bench.load.H2load;
import io.helmgate.bench.load.Turns;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.scene.Scene;
import io.helmgate.bench.server.Contenders;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.sandbox.process.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** The benchmark of extauthz: what is compared with what, and what should come of it. */
final class ExtAuthzBench {

  private final BenchPlan plan;
  private final Workspace workspace;
  private final Path root;
  private final Closer closer;
  private final Consumer<String> progress;
  private final Report report = new Report("extauthz");

  /** What can be measured apart. */
  enum Part {
    /** As many requests as the servers take. */
    THROUGHPUT,
    /** The same through Envoy. */
    ENVOY,
    /** Times at a fixed rate. */
    LATENCY,
    /** Without a network. */
    INPROCESS,
    /** What is kept. */
    MEMORY
  }

  ExtAuthzBench(
      BenchPlan plan, Workspace workspace, Path root, Closer closer, Consumer<String> progress) {
    this.plan = plan;
    this.workspace = workspace;
    this.root = root;
    this.closer = closer;
    this.progress = progress;
  }

  Report run(Set<Part> parts) throws IOException, InterruptedException {
    Scene scene = Scene.create(Instant.now());
    Contenders contenders = closer.register("servers", new Contenders(workspace, root, scene));
    Turns turns =
        new Turns(new H2load(workspace, System.getenv().getOrDefault("PATH", "")), progress);
    if (!Collections.disjoint(parts, EnumSet.of(Part.THROUGHPUT, Part.ENVOY, Part.LATENCY))) {
      progress.accept("starting the servers");
      Servers servers = Servers.start(contenders, scene);
      if (parts.contains(Part.THROUGHPUT)) {
        new DirectBench(scene, workspace.part("load"), turns, plan)
            .run(servers, contenders.opa(), report);
      }
      if (parts.contains(Part.ENVOY)) {
        new EnvoyBench(scene, turns, plan)
            .run(contenders.envoy(servers.noOp(), servers.whole().contender()), servers, report);
      }
      if (parts.contains(Part.LATENCY)) {
        new LatencyBench(scene, workspace.part("load"), turns, plan, progress).run(servers, report);
      }
    }
    if (parts.contains(Part.INPROCESS)) {
      progress.accept("decisions in process");
      new InProcess(workspace.program("opa"), workspace.log("jmh"), plan.iterations()).run(report);
    }
    if (parts.contains(Part.MEMORY)) {
      new MemoryBench(scene, workspace.part("load"), turns, plan, progress).run(contenders, report);
    }
    return report;
  }
}
