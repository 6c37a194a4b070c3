package io.helmgate.bench;

import io.helmgate.bench.load.H2load;
import io.helmgate.bench.load.Turns;
import io.helmgate.bench.load.Turns.Trial;
import io.helmgate.bench.result.Measure;
import io.helmgate.bench.result.Measure.Goal;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.scene.Scene;
import io.helmgate.bench.server.Contender;
import io.helmgate.bench.server.Contenders.Gateway;
import io.helmgate.bench.server.Proof;
import java.util.ArrayList;
import java.util.List;

/** As many requests as Envoy takes, with different things before its answer. */
final class EnvoyBench {

  private static final double OF_NO_OP = 0.9;
  private static final double OF_JWT_AUTHN = 1;

  private final Scene scene;
  private final Turns turns;
  private final BenchPlan plan;

  EnvoyBench(Scene scene, Turns turns, BenchPlan plan) {
    this.scene = scene;
    this.turns = turns;
    this.plan = plan;
  }

  void run(Gateway gateway, Servers servers, Report report) {
    String good = "Bearer " + scene.token();
    String broken = good.substring(0, good.length() - 8) + "AAAAAAAA";
    for (Contender listener :
        List.of(gateway.open(), gateway.noOp(), gateway.jwtAuthn(), gateway.extauthz())) {
      Proof.envoy(listener, good, true);
    }
    Proof.envoy(gateway.jwtAuthn(), broken, false);
    Proof.envoy(gateway.extauthz(), broken, false);
    String stranger = "Bearer " + scene.token("mallory", List.of("team-b"));
    Proof.envoy(gateway.jwtAuthn(), stranger, true);
    Proof.envoy(gateway.extauthz(), stranger, false);

    double refused = servers.refused();
    List<Trial> trials =
        List.of(
            trial(gateway.open(), good),
            trial(gateway.jwtAuthn(), good),
            trial(gateway.noOp(), good, servers.noOp()),
            trial(gateway.extauthz(), good, servers.whole().contender()));
    Turns.Samples samples = turns.run(trials, plan.warmUp(), plan.rounds(), plan.turn());
    servers.expectRefused(refused);
    String extauthz = gateway.extauthz().name();
    report.add(
        Measure.aimed(
            "throughput: " + extauthz + " ÷ " + gateway.noOp().name(),
            samples.ratio(extauthz, gateway.noOp().name()),
            "ratio",
            Goal.atLeast(OF_NO_OP)));
    report.add(
        Measure.aimed(
            "throughput: " + extauthz + " ÷ " + gateway.jwtAuthn().name(),
            samples.ratio(extauthz, gateway.jwtAuthn().name()),
            "ratio",
            Goal.atLeast(OF_JWT_AUTHN)));
    report.add(
        Measure.shown(
            "throughput: " + extauthz + " ÷ " + gateway.open().name(),
            samples.ratio(extauthz, gateway.open().name()),
            "ratio"));
    DirectBench.show(report, samples, trials);
  }

  private static Trial trial(Contender listener, String authorization, Contender... behind) {
    List<Long> servers = new ArrayList<>(List.of(listener.process().pid()));
    for (Contender server : behind) {
      servers.add(server.process().pid());
    }
    return new Trial(
        new H2load.Load(
            listener.name(),
            List.of(
                "--clients=8",
                "--max-concurrent-streams=4",
                "--header=authorization: " + authorization,
                "--header=x-tenant: example",
                "http://127.0.0.1:" + listener.port() + Scene.PATH)),
        servers);
  }
}
