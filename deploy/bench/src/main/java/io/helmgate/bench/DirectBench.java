package io.helmgate.bench;

import io.helmgate.bench.load.H2load;
import io.helmgate.bench.load.Turns;
import io.helmgate.bench.load.Turns.Sample;
import io.helmgate.bench.load.Turns.Trial;
import io.helmgate.bench.result.Measure;
import io.helmgate.bench.result.Measure.Goal;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.result.Spread;
import io.helmgate.bench.scene.Scene;
import io.helmgate.bench.server.Contender;
import io.helmgate.bench.server.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As many requests as the servers take, without Envoy. */
final class DirectBench {

  private static final String NO_OP = "no-op server";
  private static final String JWT = "extauthz, JWT";
  private static final String WHOLE = "extauthz, JWT + Rego + limits + log";
  private static final String COLD = "extauthz, the same, cold token cache";
  private static final String OPA = "OPA, Rego";
  private static final String OPA_JWT = "OPA, io.jwt.decode_verify + Rego";

  private static final String CHECK = "/envoy.service.auth.v3.Authorization/Check";
  private static final String OPA_PATH = "/v1/data/helmgate/authz/allow";
  private static final String OPA_JWT_PATH = "/v1/data/verifying/authz/allow";

  private static final double SHARE_OF_NO_OP = 0.6;
  private static final double TIMES_OPA = 3;
  private static final double TIMES_OPA_JWT = 5;

  private final Scene scene;
  private final Path directory;
  private final Turns turns;
  private final BenchPlan plan;

  DirectBench(Scene scene, Path directory, Turns turns, BenchPlan plan) {
    this.scene = scene;
    this.directory = directory;
    this.turns = turns;
    this.plan = plan;
  }

  void run(Servers servers, Contender opa, Report report) throws IOException {
    String token = scene.token();
    String stranger = scene.token("mallory", List.of("team-b"));
    Proof.opa(opa, OPA_PATH, scene.opaInput(token, true), true);
    Proof.opa(opa, OPA_PATH, scene.opaInput(stranger, true), false);
    Proof.opa(opa, OPA_JWT_PATH, scene.opaInput(token, false), true);
    Proof.opa(opa, OPA_JWT_PATH, scene.opaInput(stranger, false), false);

    Path check = directory.resolve("check.bin");
    Files.write(check, Scene.grpcBody(scene.check(Scene.headers(token))));
    double refused = servers.refused();
    List<Trial> trials =
        List.of(
            check(NO_OP, servers.noOp(), check),
            check(JWT, servers.jwt().contender(), check),
            check(WHOLE, servers.whole().contender(), check),
            check(COLD, servers.cold().contender(), check),
            data(OPA, opa, OPA_PATH, scene.opaInput(token, true)),
            data(OPA_JWT, opa, OPA_JWT_PATH, scene.opaInput(token, false)));
    Turns.Samples samples = turns.run(trials, plan.warmUp(), plan.rounds(), plan.turn());
    servers.expectRefused(refused);

    aim(report, samples, WHOLE, NO_OP, Goal.atLeast(SHARE_OF_NO_OP));
    aim(report, samples, WHOLE, OPA, Goal.atLeast(TIMES_OPA));
    aim(report, samples, WHOLE, OPA_JWT, Goal.atLeast(TIMES_OPA_JWT));
    aim(report, samples, JWT, NO_OP, null);
    aim(report, samples, COLD, NO_OP, null);
    aim(report, samples, COLD, OPA_JWT, null);
    show(report, samples, trials);
    logged(report, servers);
  }

  private static void aim(
      Report report,
      Turns.Samples samples,
      String name,
      String reference,
      Measure.@Nullable Goal goal) {
    report.add(
        new Measure(
            "throughput: " + name + " ÷ " + reference,
            samples.ratio(name, reference),
            "ratio",
            goal));
  }

  /** For orientation: what each one did by itself. */
  static void show(Report report, Turns.Samples samples, List<Trial> trials) {
    for (Trial trial : trials) {
      String name = trial.name();
      report.add(Measure.shown(name, samples.of(name, Sample::perSecond), "requests/s"));
      report.add(
          Measure.shown(
              name + ": server CPU", samples.of(name, Sample::serverMicros), "µs/request"));
      report.add(
          Measure.shown(name + ": client CPU", samples.of(name, Sample::clientCores), "cores"));
    }
  }

  /** Which part of the records was written while more came than any server gets. */
  private static void logged(Report report, Servers servers) {
    double written = servers.whole().admin().sum("extauthz_decision_log_written_total", "");
    double dropped = servers.whole().admin().sum("extauthz_decision_log_dropped_total", "");
    report.add(
        Measure.shown(
            "records written at full load",
            Spread.of(List.of(written / (written + dropped))),
            "ratio"));
  }

  static Trial check(String name, Contender server, Path body) {
    return trial(name, server, CHECK, body, "content-type: application/grpc", "te: trailers");
  }

  private Trial data(String name, Contender server, String path, String input) throws IOException {
    Path body = directory.resolve(name.replaceAll("\\W+", "-") + ".json");
    Files.writeString(body, input);
    return trial(name, server, path, body, "content-type: application/json");
  }

  private static Trial trial(
      String name, Contender server, String path, Path body, String... headers) {
    List<String> options = new ArrayList<>(List.of("--clients=4", "--max-concurrent-streams=8"));
    for (String header : headers) {
      options.add("--header=" + header);
    }
    options.add("--data=" + body);
    options.add(url(server) + path);
    return new Trial(new H2load.Load(name, options), List.of(server.process().pid()));
  }

  private static String url(Contender server) {
    return "http://127.0.0.1:" + server.port();
  }
}
