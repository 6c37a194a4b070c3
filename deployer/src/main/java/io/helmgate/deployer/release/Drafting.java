package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Masks;
import io.helmgate.deployer.values.Values;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Does all of a write that writes nothing: fetches, makes the values, renders, asks. */
final class Drafting {
  private static final Set<String> INSTALL_HOOKS = Set.of("pre-install", "post-install");
  private static final Set<String> UPGRADE_HOOKS = Set.of("pre-upgrade", "post-upgrade");
  private static final Set<String> ROLLBACK_HOOKS = Set.of("pre-rollback", "post-rollback");
  private static final Set<String> DELETE_HOOKS = Set.of("pre-delete", "post-delete");

  private final Cluster cluster;
  private final ReleaseStore store;
  private final ChartSource charts;
  private final ValuesSource valuesSource;
  private final ValuesSchema schema;
  private final Rehearsal rehearsal;
  private final PlanStore plans;
  private final Masks masks;
  private final Clock clock;

  Drafting(ReleasePorts ports, Clock clock) {
    this.cluster = ports.cluster();
    this.store = ports.store();
    this.charts = ports.charts();
    this.valuesSource = ports.values();
    this.schema = ports.schema();
    this.rehearsal = ports.rehearsal();
    this.plans = ports.plans();
    this.masks = ports.masks();
    this.clock = clock;
  }

  /** What is known before rendering. */
  private record Material(
      boolean newNamespace, Optional<StoredRevision> old, FetchedChart chart, Values values) {}

  /**
   * Drafts an install or upgrade.
   *
   * @param revisions of the release, newest first; empty for an install
   */
  Outcome<Draft> deploy(
      Caller caller,
      DeployRequest request,
      List<RevisionState> revisions,
      Instant deadline,
      Progress progress) {
    if (request.plan().isPresent()) {
      return planned(caller, request, request.plan().get(), revisions, deadline, progress);
    }
    return material(caller, request, revisions, deadline, progress)
        .flatMap(
            material ->
                render(caller, request.ref(), material, deadline, progress)
                    .flatMap(
                        rendering -> check(caller, request.ref(), material, rendering, progress))
                    .saying(hiding(material.values(), material.old())));
  }

  private Outcome<Draft> planned(
      Caller caller,
      DeployRequest request,
      PlanChoice choice,
      List<RevisionState> revisions,
      Instant deadline,
      Progress progress) {
    ReleaseRef ref = request.ref();
    return plans
        .get(ref, choice.digest(), clock.instant())
        .flatMap(plan -> usable(ref, plan, choice))
        .flatMap(
            plan -> {
              Rendering rendering = plan.rendering().orElseThrow();
              return material(
                      caller, request.pinned(plan.chartVersion()), revisions, deadline, progress)
                  .flatMap(
                      material ->
                          check(caller, ref, material, rendering, progress)
                              .saying(hiding(material.values(), material.old())))
                  .flatMap(
                      draft ->
                          unmoved(ref, plan, PlanParts.of(request, revisions, draft))
                              .map(draft::carryingOut));
            });
  }

  private static Outcome<Plan> usable(ReleaseRef ref, Plan plan, PlanChoice choice) {
    if (plan.rendering().isEmpty()) {
      return refused(ref, "the plan is one of a rollback (expected: of this kind of write)");
    }
    Rendering rendering = plan.rendering().get();
    List<String> doubts = rendering.doubts();
    if (!rendering.hooksSeen()) {
      return refused(
          ref,
          "the plan may lack hooks of the chart, %s (expected: a write without plan_digest)"
              .formatted(
                  doubts.stream()
                      .filter(doubt -> doubt.startsWith(Rendering.HOOKS_UNSEEN))
                      .findFirst()
                      .orElseThrow()));
    }
    return doubts.isEmpty() || choice.allowUnreproducible()
        ? Outcome.success(plan)
        : refused(
            ref,
            "the plan is not reproducible: %s (expected: allow_unreproducible)"
                .formatted(doubts.getFirst()));
  }

  private static Outcome<Plan> unmoved(ReleaseRef ref, Plan plan, Map<String, String> now) {
    return plan.moved(now)
        .<Outcome<Plan>>map(
            what -> refused(ref, what + " changed since the preview (expected: a new preview)"))
        .orElseGet(() -> Outcome.success(plan));
  }

  private static <T> Outcome<T> refused(ReleaseRef ref, String why) {
    return Outcome.failure(Reason.FAILED_PRECONDITION, "release " + ref + ": " + why);
  }

  private Outcome<Material> material(
      Caller caller,
      DeployRequest request,
      List<RevisionState> revisions,
      Instant deadline,
      Progress progress) {
    ReleaseRef ref = request.ref();
    Outcome<Boolean> absent =
        revisions.isEmpty() ? namespaceAbsent(caller, request) : Outcome.success(false);
    return absent.flatMap(
        newNamespace ->
            old(caller, ref, revisions)
                .flatMap(
                    old ->
                        fetch(request, deadline, progress)
                            .flatMap(
                                chart ->
                                    values(caller, request, old)
                                        .flatMap(
                                            values ->
                                                schema
                                                    .check(chart, values.all())
                                                    .saying(masks.hiding(values))
                                                    .map(
                                                        _ ->
                                                            new Material(
                                                                newNamespace,
                                                                old,
                                                                chart,
                                                                values))))));
  }

  private Outcome<Boolean> namespaceAbsent(Caller caller, DeployRequest request) {
    String namespace = request.ref().namespace();
    return cluster
        .namespaceAbsent(caller, namespace)
        .flatMap(
            absent ->
                absent && !request.createNamespace()
                    ? Outcome.failure(
                        Reason.NOT_FOUND,
                        "namespace %s was not found (expected: create_namespace, or one that exists)"
                            .formatted(namespace))
                    : Outcome.success(absent));
  }

  /** The revision that Helm goes on from. */
  private Outcome<Optional<StoredRevision>> old(
      Caller caller, ReleaseRef ref, List<RevisionState> revisions) {
    if (revisions.isEmpty()) {
      return Outcome.success(Optional.empty());
    }
    int from = Settlement.deployed(revisions).orElse(revisions.getFirst().revision());
    return store.stored(caller, ref, from).map(Optional::of);
  }

  private Outcome<FetchedChart> fetch(DeployRequest request, Instant deadline, Progress progress) {
    return progress
        .enter(Phase.FETCHING)
        .flatMap(_ -> charts.fetch(request.chart(), request.version(), until(deadline)))
        .map(
            chart -> {
              progress.fetched(chart);
              return chart;
            });
  }

  /** An upgrade that names none reuses the old ones. */
  private Outcome<Values> values(
      Caller caller, DeployRequest request, Optional<StoredRevision> old) {
    if (request.values().isPresent()) {
      String namespace = request.ref().namespace();
      return ValuesResolution.of(valuesSource, caller, namespace, request.values().get());
    }
    return Outcome.success(old.map(stored -> stored.revision().given()).orElse(Values.NONE));
  }

  private Outcome<Rendering> render(
      Caller caller, ReleaseRef ref, Material material, Instant deadline, Progress progress) {
    return progress
        .enter(Phase.RENDERING)
        .flatMap(_ -> cluster.version(caller))
        .flatMap(
            version ->
                rehearsal
                    .renderer()
                    .render(
                        ref,
                        material.chart(),
                        material.values(),
                        version,
                        material.old().isPresent(),
                        until(deadline)));
  }

  private Outcome<Draft> check(
      Caller caller, ReleaseRef ref, Material material, Rendering rendering, Progress progress) {
    boolean install = material.old().isEmpty();
    Preflight.Intent intent =
        new Preflight.Intent(
            ref,
            rendering.objects(),
            objects(material.old()),
            due(rendering.hooks(), install ? INSTALL_HOOKS : UPGRADE_HOOKS),
            install ? rendering.definitions() : List.of(),
            material.newNamespace());
    return progress
        .enter(Phase.CHECKING)
        .flatMap(_ -> rehearsal.preflight().check(caller, intent))
        .map(
            report ->
                new Draft(
                    material.chart(),
                    material.values(),
                    rendering,
                    report,
                    material.newNamespace(),
                    material.old(),
                    Optional.empty()));
  }

  /**
   * A rollback that could be carried out now.
   *
   * @param old the revision whose objects are there; empty when there are none
   */
  record Checked(Preflight.Report report, Optional<StoredRevision> old) {}

  /** Asks whether the cluster would let a rollback through. */
  Outcome<Checked> rollback(
      Caller caller, StoredRevision target, RevisionState newest, Progress progress) {
    Outcome<Optional<StoredRevision>> there =
        newest.uninstalled()
            ? Outcome.success(Optional.empty())
            : store.stored(caller, newest.ref(), newest.revision()).map(Optional::of);
    return there.flatMap(
        old ->
            progress
                .enter(Phase.CHECKING)
                .flatMap(_ -> rehearsal.preflight().check(caller, intent(target, old)))
                .saying(hiding(target.revision().given(), old))
                .map(report -> new Checked(report, old)));
  }

  private Preflight.Intent intent(StoredRevision target, Optional<StoredRevision> old) {
    return new Preflight.Intent(
        target.revision().ref(),
        objects(Optional.of(target)),
        objects(old),
        due(target.hooks(), ROLLBACK_HOOKS),
        List.of(),
        false);
  }

  /**
   * Asks whether the caller may remove a release.
   *
   * @param there the revision whose objects are there; empty when there are none
   * @param hooks of the release, of which only delete hooks matter
   */
  Outcome<ReleaseRef> removal(
      Caller caller, ReleaseRef ref, Optional<StoredRevision> there, List<HelmHook> hooks) {
    var intent = Preflight.Intent.removal(ref, objects(there), due(hooks, DELETE_HOOKS));
    return rehearsal.preflight().check(caller, intent).map(_ -> ref);
  }

  /** The plan that a rollback has chosen, if any, when that is still what it would do. */
  Outcome<Optional<Plan>> planned(
      Write.Rollback request,
      StoredRevision target,
      List<RevisionState> revisions,
      Preflight.Report report) {
    if (request.plan().isEmpty()) {
      return Outcome.success(Optional.empty());
    }
    return plans
        .get(request.ref(), request.plan().get().digest(), clock.instant())
        .flatMap(plan -> unmoved(request.ref(), plan, PlanParts.of(target, revisions, report)))
        .map(Optional::of);
  }

  /**
   * No longer keeps a plan that was carried out. One that failed is no longer what would be done,
   * unless nothing was written.
   */
  void done(Optional<Plan> plan, Outcome<ReleaseRef> outcome) {
    if (outcome instanceof Outcome.Success) {
      plan.ifPresent(plans::delete);
    }
  }

  private List<Map<String, @Nullable Object>> objects(Optional<StoredRevision> stored) {
    return stored
        .flatMap(revision -> rehearsal.manifests().parse(revision.manifest()))
        .orElseGet(List::of);
  }

  /** What the API server says of an object may be of it as it is, or as it would be. */
  private UnaryOperator<String> hiding(Values values, Optional<StoredRevision> old) {
    var now = old.map(stored -> stored.revision().given()).orElse(Values.NONE);
    return text -> masks.hiding(now).apply(masks.hiding(values).apply(text));
  }

  private static List<HelmHook> due(List<HelmHook> hooks, Set<String> events) {
    return hooks.stream()
        .filter(hook -> hook.events().stream().anyMatch(events::contains))
        .toList();
  }

  private Duration until(Instant deadline) {
    return Duration.between(clock.instant(), deadline);
  }
}
