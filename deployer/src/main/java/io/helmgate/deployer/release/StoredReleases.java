package io.helmgate.deployer.release;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The catalog that Helm's records are. */
public final class StoredReleases implements ReleaseCatalog {

  private final Cluster cluster;
  private final ReleaseStore store;

  public StoredReleases(Cluster cluster, ReleaseStore store) {
    this.cluster = cluster;
    this.store = store;
  }

  @Override
  public Outcome<StoredRevision> revision(Caller caller, ReleaseRef ref, int revision) {
    Outcome<Integer> wanted =
        revision == 0
            ? cluster.reach(caller).flatMap(_ -> newest(caller, ref))
            : cluster.reach(caller).map(_ -> revision);
    return wanted.flatMap(number -> store.stored(caller, ref, number));
  }

  private Outcome<Integer> newest(Caller caller, ReleaseRef ref) {
    return store
        .revisions(caller, ref)
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? HelmReleases.unknown(ref)
                    : Outcome.success(revisions.getFirst().revision()));
  }

  @Override
  public Outcome<Page<ReleaseRevision>> releases(
      Caller caller, ReleaseSelection selection, Page.Wanted wanted) {
    return cluster
        .reach(caller)
        .flatMap(_ -> store.list(caller, selection.namespace(), ""))
        .map(
            states ->
                newestOfEach(states).stream()
                    .filter(selection::fits)
                    .sorted(Comparator.comparing(StoredReleases::key))
                    .toList())
        .flatMap(newest -> read(caller, newest, wanted, StoredReleases::key));
  }

  @Override
  public Outcome<Page<ReleaseRevision>> revisions(
      Caller caller, ReleaseRef ref, Page.Wanted wanted) {
    return cluster
        .reach(caller)
        .flatMap(_ -> store.revisions(caller, ref))
        .flatMap(
            revisions ->
                revisions.isEmpty()
                    ? HelmReleases.unknown(ref)
                    : read(caller, revisions, wanted, StoredReleases::countdown));
  }

  static Collection<RevisionState> newestOfEach(List<RevisionState> revisions) {
    Map<ReleaseRef, RevisionState> newest = new HashMap<>();
    for (RevisionState revision : revisions) {
      newest.merge(revision.ref(), revision, (a, b) -> a.revision() > b.revision() ? a : b);
    }
    return List.copyOf(newest.values());
  }

  /**
   * Reads those of one page.
   *
   * @param states in the order of their keys
   */
  private Outcome<Page<ReleaseRevision>> read(
      Caller caller,
      List<RevisionState> states,
      Page.Wanted wanted,
      Function<RevisionState, String> key) {
    List<RevisionState> left =
        states.stream()
            .filter(
                state ->
                    wanted.after().filter(last -> key.apply(state).compareTo(last) <= 0).isEmpty())
            .toList();
    List<RevisionState> page = left.subList(0, Math.min(wanted.size(), left.size()));
    Optional<String> next =
        page.size() == left.size() ? Optional.empty() : Optional.of(key.apply(page.getLast()));
    return store.read(caller, page).map(revisions -> new Page<>(revisions, next));
  }

  /** Neither part has a slash, which orders pages as well as any other. */
  private static String key(RevisionState state) {
    return state.ref().namespace() + "/" + state.ref().name();
  }

  /** Smaller for newer revisions. */
  private static String countdown(RevisionState state) {
    return "%010d".formatted(Integer.MAX_VALUE - state.revision());
  }
}
