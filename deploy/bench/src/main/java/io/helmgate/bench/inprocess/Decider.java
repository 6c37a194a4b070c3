package io.helmgate.bench.inprocess;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.helmgate.bench.scene.Scene;
import io.helmgate.extauthz.CandidateProfiles;
import io.helmgate.extauthz.Environment;
import io.helmgate.extauthz.check.CheckService;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.profile.DecisionPipeline;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.lifecycle.Version;
import io.helmgate.sandbox.service.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/** extauthz without a server around it, asked one question whose input has a given size. */
final class Decider implements AutoCloseable {

  private static final Duration STAGE_DEADLINE = Duration.ofMinutes(1);
  private static final int GROUPS_BEYOND_NEED = 400;

  private final CandidateProfiles profiles;
  private final CheckService service;
  private final DecisionPipeline pipeline;
  private final AtomicReference<Trail> last = new AtomicReference<>();
  private final CheckRequest check;

  /**
   * Makes one.
   *
   * @param inputBytes about how large the input is that the policy sees
   */
  Decider(Path directory, Path opa, int inputBytes) throws Exception {
    Scene scene = Scene.create(Instant.now());
    Path policy = directory.resolve("decision.rego");
    Files.writeString(policy, resource("decision.rego"));
    Path file = directory.resolve("helmgate.yaml");
    Files.writeString(
        file,
        new Template(resource("extauthz.yaml"))
            .fill(
                Map.ofEntries(
                    Map.entry("port", 0),
                    Map.entry("admin_port", 0),
                    Map.entry("opa", opa),
                    Map.entry("cached_tokens", 1000),
                    Map.entry("decisions", ""),
                    Map.entry("limits", false),
                    Map.entry("issuer", Scene.ISSUER),
                    Map.entry("audience", Scene.AUDIENCE),
                    Map.entry("jwks", scene.jwks()),
                    Map.entry("calls", false),
                    Map.entry("policy", policy))));
    RandomGenerator random = new SplittableRandom();
    Environment environment =
        new Environment(
            Clock.systemUTC(),
            random,
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            Map.of(),
            new Version("bench", "25"));
    profiles =
        new CandidateProfiles(
            ConfigLoader.load(file, Map.of(), "extauthz", ExtAuthzConfig.class), environment);
    pipeline =
        new DecisionPipeline(
            profiles.profiles(),
            _ -> Optional.empty(),
            Clock.systemUTC(),
            environment::newId,
            last::set);
    service = new CheckService(pipeline, STAGE_DEADLINE, Clock.systemUTC(), fault -> {});
    check = sized(scene, inputBytes);
  }

  /** Groups are added to the claims until the input is large enough. */
  private CheckRequest sized(Scene scene, int inputBytes) {
    List<String> groups = new ArrayList<>(List.of("team-a", "developers"));
    CheckRequest request = scene.check(Scene.headers(scene.token("alice", groups)));
    for (int more = 0; more < GROUPS_BEYOND_NEED && inputBytes(request) < inputBytes; more++) {
      groups.add("/organisation/project-" + more);
      request = scene.check(Scene.headers(scene.token("alice", groups)));
    }
    return request;
  }

  private int inputBytes(CheckRequest request) {
    if (service.answer(request).getStatus().getCode() != 0) {
      throw new IllegalStateException("the request is denied: " + trail().detail());
    }
    return input().length;
  }

  private Trail trail() {
    return Objects.requireNonNull(last.get());
  }

  /** What the policy sees. */
  byte[] input() {
    return trail()
        .evaluations()
        .getFirst()
        .document()
        .json(Objects.requireNonNull(profiles.profiles().byName().get("default")).policy().reads());
  }

  /** From Envoy's question to the answer to Envoy. */
  CheckResponse check() {
    return service.answer(check);
  }

  /** What is done once the question is read and before the answer is written. */
  Decision decide() {
    Ruling ruling = pipeline.decide(trail().request(), Instant.MAX);
    return ruling.decision();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Decider.class.getResourceAsStream("/io/helmgate/bench/" + name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    profiles.close();
  }
}
