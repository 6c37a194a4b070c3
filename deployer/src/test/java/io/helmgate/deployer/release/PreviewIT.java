package io.helmgate.deployer.release;

import static io.helmgate.deployer.ReleaseFixture.PLATFORM;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.jobs;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.release.Preflight.Change;
import io.helmgate.deployer.release.Preflight.Effect;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Previews, and writes that carry out exactly what they have shown. */
@ParameterizedClass
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // JUnit sets them for each engine.
@EnumSource(Engine.class)
final class PreviewIT {
  @Parameter private Engine helmEngine;

  private static HelmSystem system;
  private static HelmReleases releases;
  private static Previews previews;
  private static Cli helm;
  private static Cli kubectl;

  @BeforeParameterizedClassInvocation
  static void start(Engine engine, @TempDir Path directory) throws IOException {
    var sandbox = SharedSandbox.get();
    helm = sandbox.cluster().helm();
    kubectl = sandbox.cluster().kubectl();
    system = HelmSystem.start(sandbox, directory, engine);
    releases = system.releases();
    previews = previews(Duration.ofMinutes(5));
  }

  private static Previews previews(Duration retention) {
    return new Previews(system.ports(), Clock.systemUTC(), new SecureRandom(), retention);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    system.close();
  }

  @Test
  void previewsAnInstallationWithoutWritingAnythingAndCarriesItOut() {
    ReleaseRef ref = ref("team-a");
    DeployRequest request = chart("hooked", ref, Map.of("a", 1));

    Preview preview = success(previews.install(TEAM_A, request));

    assertThat(preview.doubts()).isEmpty();
    assertThat(preview.effects()).extracting(Effect::change).containsExactly(Change.CREATE);
    assertThat(preview.hooks()).extracting(HelmHook::name).contains(ref.name() + "-pre-install");
    assertFailure(releases.get(TEAM_A, ref), Reason.NOT_FOUND, "not found");
    assertThat(kubectl.run("get", "configmaps", "-n", "team-a", "-o", "name"))
        .doesNotContain("configmap/" + ref.name() + "\n");

    ReleaseRevision installed = success(releases.install(TEAM_A, by(preview, false, request)));

    assertThat(installed.status()).isEqualTo("deployed");
    assertThat(jobs(ref)).containsExactly(ref.name() + "-pre-install");
    ReleaseRef plain = ref("team-a");
    success(releases.install(TEAM_A, chart("hooked", plain, Map.of("a", 1))));
    StoredRevision planned = success(system.ports().store().stored(TEAM_A, ref, 1));
    StoredRevision direct = success(system.ports().store().stored(TEAM_A, plain, 1));
    assertThat(planned.revision().values()).isEqualTo(direct.revision().values());
    assertThat(planned.chartMetadata().keySet()).isEqualTo(direct.chartMetadata().keySet());
    assertThat(planned.hooks()).hasSameSizeAs(direct.hooks());
    assertThat(helm.run("get", "all", ref.name(), "-n", "team-a")).contains("STATUS: deployed");
    // The record has the chart's own templates again, from which helm rolls back and upgrades.
    success(releases.upgrade(TEAM_A, chart("hooked", ref, Map.of("a", 2))));
    helm.run("rollback", ref.name(), "1", "-n", "team-a");
    kubectl.run("delete", "jobs", "-n", "team-a", "--all");
    assertFailure(
        releases.install(TEAM_A, by(preview, false, chart("hooked", ref("team-a"), null))),
        Reason.FAILED_PRECONDITION,
        "there is no such plan");
  }

  @Test
  void carriesOutRandomValuesAsTheyWereShownOnlyWhenTold() {
    ReleaseRef ref = ref("team-a");
    DeployRequest request = chart("mixed", ref, Map.of("random", true));
    Preview preview = success(previews.install(TEAM_A, request));

    assertThat(preview.doubts().toString()).contains("two renderings differ");
    assertFailure(
        releases.install(TEAM_A, by(preview, false, request)),
        Reason.FAILED_PRECONDITION,
        "the plan is not reproducible: two renderings differ");

    success(releases.install(TEAM_A, by(preview, true, request)));

    Object shown =
        preview.effects().stream()
            .map(Effect::wanted)
            .filter(object -> "ConfigMap".equals(object.get("kind")))
            .map(object -> object.get("data") instanceof Map<?, ?> map ? map.get("random") : "")
            .findFirst()
            .orElseThrow();
    assertThat(data(ref, "random")).isEqualTo(shown).hasToString(shown.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"unseen", "computed"})
  void aPlanThatMayLackHooksIsNotCarriedOut(String chart) {
    ReleaseRef ref = ref("team-a");
    DeployRequest request = chart(chart, ref, Map.of());
    Preview preview = success(previews.install(TEAM_A, request));

    assertThat(preview.doubts().toString()).contains("hooks not checked");
    assertFailure(
        releases.install(TEAM_A, by(preview, true, request)),
        Reason.FAILED_PRECONDITION,
        "the plan may lack hooks of the chart");
    assertFailure(releases.get(TEAM_A, ref), Reason.NOT_FOUND, "not found");

    success(releases.install(TEAM_A, request));
    assertThat(helm.run("get", "hooks", ref.name(), "-n", "team-a")).contains(ref.name() + "-hook");
  }

  @Test
  void aPlanIsKeptWhenHelmWasNotCalled() {
    ReleaseRef ref = ref("team-a");
    DeployRequest install = chart("mixed", ref, Map.of("text", "planned"));
    DeployRequest planned = by(success(previews.install(TEAM_A, install)), false, install);

    assertFailure(
        releases.carryOut(TEAM_A, new Write.Install(planned), stoppedBeforeHelm()),
        Reason.CANCELLED,
        "stopped");
    success(releases.install(TEAM_A, planned));

    success(releases.upgrade(TEAM_A, chart("mixed", ref, Map.of("text", "b"))));
    Preview back = success(previews.rollback(TEAM_A, rollback(ref, Optional.empty())));
    Write.Rollback rollback = rollback(ref, Optional.of(choice(back)));
    assertFailure(
        releases.carryOut(TEAM_A, rollback, stoppedBeforeHelm()), Reason.CANCELLED, "stopped");
    success(releases.carryOut(TEAM_A, rollback, Progress.UNWATCHED));
    assertThat(data(ref, "text")).isEqualTo("planned");
  }

  /** Lets Helm not begin. */
  private static Progress stoppedBeforeHelm() {
    return (Progress)
        Proxy.newProxyInstance(
            Progress.class.getClassLoader(),
            new Class<?>[] {Progress.class},
            (_, method, arguments) ->
                method.getName().equals("apply")
                    ? Outcome.failure(Reason.CANCELLED, "stopped")
                    : method.invoke(Progress.UNWATCHED, arguments));
  }

  @Test
  void seesRandomValuesOfHooksAndOfNotesAlone() {
    assertThat(doubts(Map.of("quotaDeleteHook", true))).isEmpty();
    assertThat(doubts(Map.of("randomHook", true))).contains("two renderings differ");
    assertThat(doubts(Map.of("randomNotes", true))).contains("two renderings differ");
  }

  @Test
  void seesHooksThatComeWithTheValues() {
    ReleaseRef ref = ref("team-a");
    Map<String, @Nullable Object> hook =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "ConfigMap",
            "metadata",
            Map.of("name", ref.name() + "-x", "annotations", Map.of("helm.sh/hook", "pre-install")),
            "data",
            Map.of("text", "about helm.sh/hook-weight"));

    Preview preview = success(previews.install(TEAM_A, chart("mixed", ref, Map.of("extra", hook))));

    assertThat(preview.doubts()).isEmpty();
    assertThat(preview.hooks()).extracting(HelmHook::name).containsExactly(ref.name() + "-x");
    assertThat(preview.effects().toString()).doesNotContain(ref.name() + "-x");
  }

  @Test
  void aLookupInAValueFindsNothingWhileItIsCheckedAndTheValueStaysWhatItIs() {
    String template =
        "{{ (lookup \"v1\" \"Namespace\" \"\" \"team-a\").kind | default \"nothing\" }}";
    ReleaseRef ref = ref("team-a");

    Preview preview =
        success(previews.install(PLATFORM, chart("mixed", ref, Map.of("template", template))));

    assertThat(preview.doubts().toString()).contains("(lookup)");
    assertThat(preview.effects())
        .extracting(Effect::wanted)
        .extracting(object -> object.get("data"))
        .contains(Map.of("text", "a", "raw", template, "rendered", "nothing"));
    success(releases.install(PLATFORM, chart("mixed", ref, Map.of("template", template))));
    assertThat(data(ref, "rendered")).isEqualTo("Namespace");
    assertThat(doubts(Map.of("template", "{{ .Release.Name }}"))).isEmpty();
    assertThat(doubts(Map.of("text", template))).contains("(lookup)");
  }

  @Test
  void aLookupThatNobodyCanSeeIsRefused() {
    String hidden = "{{ tpl (print \"{{ look\" \"up `v1` `Namespace` `` `team-a` }}\") . }}";

    assertFailure(
        previews.install(PLATFORM, chart("mixed", ref("team-a"), Map.of("template", hidden))),
        Reason.INVALID_ARGUMENT,
        "the chart's template mixed/templates/main.yaml fails");
  }

  private static String doubts(Map<String, @Nullable Object> values) {
    List<String> doubts =
        success(previews.install(TEAM_A, chart("mixed", ref("team-a"), values))).doubts();
    return String.join("; ", doubts);
  }

  @Test
  void showsWhatAnUpgradeChangesAddsAndDrops() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(PLATFORM, chart("mixed", ref, Map.of("count", 2, "quota", true))));

    Preview preview =
        success(previews.upgrade(PLATFORM, chart("mixed", ref, Map.of("count", 3, "text", "b"))));

    assertThat(preview.revision()).isEqualTo(2);
    assertThat(preview.effects())
        .extracting(Effect::change)
        .containsExactlyInAnyOrder(
            Change.UPDATE, Change.UPDATE, Change.CREATE, Change.UPDATE, Change.DELETE);
    Effect first =
        preview.effects().stream()
            .filter(effect -> effect.wanted().toString().contains(ref.name() + "-0"))
            .findFirst()
            .orElseThrow();
    assertThat(first.before().get("data")).isEqualTo(Map.of("text", "a"));
    assertThat(first.after().get("data")).isEqualTo(Map.of("text", "b"));
    assertThat(data(ref, "text")).isEqualTo("a");
  }

  @Test
  void refusesAPlanWhenAnythingHasMovedSince() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, chart("mixed", ref, null)));
    DeployRequest request = chart("mixed", ref, Map.of("text", "b"));
    Preview preview = success(previews.upgrade(TEAM_A, request));

    assertFailure(
        releases.upgrade(TEAM_A, by(preview, false, chart("mixed", ref, Map.of("text", "c")))),
        Reason.FAILED_PRECONDITION,
        "the values changed since the preview");
    kubectl.run(
        "patch",
        "configmap",
        ref.name() + "-0",
        "-n",
        "team-a",
        "--type=merge",
        "-p",
        "{\"data\":{\"text\":\"by hand\"}}");
    assertFailure(
        releases.upgrade(TEAM_A, by(preview, false, request)),
        Reason.FAILED_PRECONDITION,
        "objects on the cluster changed since the preview");
    assertThat(data(ref, "text")).isEqualTo("by hand");
    Preview again = success(previews.upgrade(TEAM_A, request));
    success(releases.upgrade(TEAM_A, chart("mixed", ref, Map.of("text", "d"))));
    assertFailure(
        releases.upgrade(TEAM_A, by(again, false, request)),
        Reason.FAILED_PRECONDITION,
        "changed since the preview");
    assertThat(success(releases.get(TEAM_A, ref)).revision()).isEqualTo(2);
  }

  @Test
  void plansEndAfterAWhileAndBelongToOneRelease() {
    ReleaseRef ref = ref("team-a");
    DeployRequest request = demo(ref, "0.1.0", null);
    Preview expired = success(previews(Duration.ZERO).install(TEAM_A, request));
    Preview preview = success(previews.install(TEAM_A, request));

    assertFailure(
        releases.install(TEAM_A, by(expired, false, request)),
        Reason.FAILED_PRECONDITION,
        "it is no longer kept");
    assertFailure(
        releases.install(TEAM_A, by(preview, false, demo(ref("team-a"), "0.1.0", null))),
        Reason.FAILED_PRECONDITION,
        "there is no such plan");
    system.ports().plans().sweep(Clock.systemUTC().instant());
    assertThat(kubectl.run("get", "secrets", "-n", "helmgate", "-o", "name"))
        .contains(preview.plan().orElseThrow().digest().substring(7))
        .doesNotContain(expired.plan().orElseThrow().digest().substring(7));
    success(releases.install(TEAM_A, by(preview, false, request)));
    assertThat(kubectl.run("get", "secrets", "-n", "helmgate", "-o", "name"))
        .doesNotContain(preview.plan().orElseThrow().digest().substring(7));
  }

  @Test
  void previewsARollbackAndCarriesItOut() {
    ReleaseRef ref = ref("team-a");
    success(releases.install(TEAM_A, chart("mixed", ref, null)));
    success(releases.upgrade(TEAM_A, chart("mixed", ref, Map.of("text", "b"))));
    Preview preview = success(previews.rollback(TEAM_A, rollback(ref, Optional.empty())));
    Preview stale = success(previews.rollback(TEAM_A, rollback(ref, Optional.empty())));

    assertThat(preview.revision()).isEqualTo(3);
    ReleaseRevision back =
        success(
                releases.carryOut(
                    TEAM_A, rollback(ref, Optional.of(choice(preview))), Progress.UNWATCHED))
            .orElseThrow();

    assertThat(back.description()).isEqualTo("Rollback to 1");
    assertThat(data(ref, "text")).isEqualTo("a");
    assertFailure(
        releases.carryOut(TEAM_A, rollback(ref, Optional.of(choice(stale))), Progress.UNWATCHED),
        Reason.FAILED_PRECONDITION,
        "changed since the preview");
  }

  @Test
  void previewsNothingForWhoMayNotWrite() {
    ReleaseRef ref = ref("team-a");

    assertFailure(
        previews.install(TEAM_A, chart("mixed", ref, Map.of("quota", true))),
        Reason.PERMISSION_DENIED,
        "create ResourceQuota");
    assertFailure(
        previews.install(TEAM_A, chart("mixed", ref("team-b"), null)),
        Reason.PERMISSION_DENIED,
        "secrets is forbidden");
  }

  private static Write.Rollback rollback(ReleaseRef ref, Optional<PlanChoice> plan) {
    return new Write.Rollback(ref, 1, true, Duration.ofSeconds(60), Optional.empty(), plan);
  }

  private static PlanChoice choice(Preview preview) {
    return new PlanChoice(preview.plan().orElseThrow().digest(), false);
  }

  private static DeployRequest by(
      Preview preview, boolean allowUnreproducible, DeployRequest request) {
    return new DeployRequest(
        request.ref(),
        request.chart(),
        request.version(),
        request.values(),
        request.awaitReady(),
        request.timeout(),
        request.createNamespace(),
        request.requestId(),
        Optional.of(new PlanChoice(preview.plan().orElseThrow().digest(), allowUnreproducible)));
  }

  private static String data(ReleaseRef ref, String key) {
    return kubectl.run(
        "get",
        "configmap",
        ref.name() + "-0",
        "-n",
        ref.namespace(),
        "-o",
        "jsonpath={.data." + key + "}");
  }
}
