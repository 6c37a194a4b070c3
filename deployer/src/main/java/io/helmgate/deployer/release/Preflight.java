package io.helmgate.deployer.release;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks before anything is written whether the cluster would let Helm do all of it. */
public interface Preflight {

  /**
   * What Helm is going to do.
   *
   * @param objects that are to be there then
   * @param old those of the release as it is, of which some may be dropped
   * @param hooks that will run
   * @param definitions CustomResourceDefinitions that are created first
   * @param newNamespace whether the release's namespace is still to be created
   * @param removal whether the release itself goes: nothing of it is written but hooks
   */
  record Intent(
      ReleaseRef ref,
      List<Map<String, @Nullable Object>> objects,
      List<Map<String, @Nullable Object>> old,
      List<HelmHook> hooks,
      List<Map<String, @Nullable Object>> definitions,
      boolean newNamespace,
      boolean removal) {

    /** What writes a revision, or looks at one. */
    public Intent(
        ReleaseRef ref,
        List<Map<String, @Nullable Object>> objects,
        List<Map<String, @Nullable Object>> old,
        List<HelmHook> hooks,
        List<Map<String, @Nullable Object>> definitions,
        boolean newNamespace) {
      this(ref, objects, old, hooks, definitions, newNamespace, false);
    }

    static Intent removal(
        ReleaseRef ref, List<Map<String, @Nullable Object>> old, List<HelmHook> hooks) {
      return new Intent(ref, List.of(), old, hooks, List.of(), false, true);
    }
  }

  /** What happens to an object. */
  enum Change {
    CREATE,
    UPDATE,
    DELETE
  }

  /**
   * An object, before and after.
   *
   * @param old as rendered for the revision before; empty when that had it not
   * @param wanted as rendered; empty when it is dropped
   * @param before on the cluster; empty when it is not there
   * @param after as the cluster would have it, or as rendered where it could not be asked; empty
   *     when it is deleted
   */
  record Effect(
      Change change,
      Map<String, @Nullable Object> old,
      Map<String, @Nullable Object> wanted,
      Map<String, @Nullable Object> before,
      Map<String, @Nullable Object> after) {}

  /**
   * All objects.
   *
   * @param doubts what could not be asked
   */
  record Report(List<Effect> effects, List<String> doubts) {}

  /**
   * Asks as the caller for each right that Helm will use, and sends each object as a dry run. For a
   * removal it only asks: neither Helm nor it reads objects that go.
   *
   * @return PERMISSION_DENIED naming each object and verb that is forbidden; INVALID_ARGUMENT or
   *     FAILED_PRECONDITION when the cluster would refuse an object
   */
  Outcome<Report> check(Caller caller, Intent intent);
}
