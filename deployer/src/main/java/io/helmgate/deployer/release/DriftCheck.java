package io.helmgate.deployer.release;

import io.helmgate.deployer.release.Preflight.Change;
import io.helmgate.deployer.release.Preflight.Effect;
import io.helmgate.deployer.values.Masks;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what of a release is no longer on the cluster as its newest revision has it. What only the
 * cluster has, such as defaults and what controllers write, is no drift.
 */
public final class DriftCheck {
  private final ReleaseStore store;
  private final Rehearsal rehearsal;
  private final Masks masks;

  public DriftCheck(ReleasePorts ports) {
    this.store = ports.store();
    this.rehearsal = ports.rehearsal();
    this.masks = ports.masks();
  }

  /**
   * Lets the cluster try, as the caller, to apply the newest revision again.
   *
   * @return PERMISSION_DENIED when the caller may not write what it would take to put it back
   */
  public Outcome<Drift> check(Caller caller, ReleaseRef ref, List<DriftIgnore> ignored) {
    return RequestRules.check(ref)
        .flatMap(_ -> store.existing(caller, ref))
        .flatMap(revisions -> Settlement.settled(revisions.getFirst()))
        .flatMap(newest -> store.stored(caller, ref, newest.revision()))
        .flatMap(stored -> check(caller, stored, ignored));
  }

  private Outcome<Drift> check(Caller caller, StoredRevision stored, List<DriftIgnore> ignored) {
    ReleaseRevision revision = stored.revision();
    var objects = rehearsal.manifests().parse(stored.manifest());
    if (objects.isEmpty()) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          "release " + revision.ref() + ": its manifest cannot be read");
    }
    var intent =
        new Preflight.Intent(
            revision.ref(), objects.get(), objects.get(), List.of(), List.of(), false);
    return rehearsal
        .preflight()
        .check(caller, intent)
        .saying(masks.hiding(revision.given()))
        .map(
            report ->
                new Drift(
                    revision.ref(),
                    revision.revision(),
                    revision.given(),
                    report.effects().stream()
                        .map(effect -> stripped(effect, ignored))
                        .filter(DriftCheck::differs)
                        .toList(),
                    report.doubts()));
  }

  private static Effect stripped(Effect effect, List<DriftIgnore> ignored) {
    String name =
        effect.wanted().get("metadata") instanceof Map<?, ?> metadata
            ? String.valueOf(metadata.get("name"))
            : "";
    Map<String, @Nullable Object> before = PlanParts.lasting(effect.before());
    Map<String, @Nullable Object> after = PlanParts.lasting(effect.after());
    for (DriftIgnore ignore : ignored) {
      before = ignore.strip(name, before);
      after = ignore.strip(name, after);
    }
    return new Effect(effect.change(), effect.old(), effect.wanted(), before, after);
  }

  private static boolean differs(Effect effect) {
    return effect.change() == Change.CREATE || !effect.before().equals(effect.after());
  }
}
