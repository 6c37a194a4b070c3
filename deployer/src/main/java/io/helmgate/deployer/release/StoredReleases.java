package io.helmgate.deployer.release;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The catalog that Helm's records are. */
public final class StoredReleases implements ReleaseCatalog {

  private final ReleaseStore store;
  private final LiveObjects live;
  private final ReleaseListing listing;

  public StoredReleases(ReleasePorts ports, ReleaseListing listing) {
    this.listing = listing;
    this.store = ports.store();
    this.live = ports.live();
  }

  @Override
  public Outcome<StoredRevision> revision(Caller caller, ReleaseRef ref, int revision) {
    Outcome<Integer> wanted =
        revision == 0
            ? store.existing(caller, ref).map(revisions -> revisions.getFirst().revision())
            : Outcome.success(revision);
    return wanted.flatMap(number -> store.stored(caller, ref, number));
  }

  @Override
  public Outcome<Page<ReleaseRevision>> releases(
      Caller caller, ReleaseSelection selection, Page.Wanted wanted, boolean whole) {
    return selected(caller, selection)
        .map(
            newest ->
                Page.of(newest.stream(), wanted, selection.order()::key, selection.order().keys()))
        .flatMap(
            page ->
                read(caller, page.items(), whole)
                    .map(revisions -> new Page<>(revisions, page.next())));
  }

  @Override
  public Outcome<List<RevisionState>> selected(Caller caller, ReleaseSelection selection) {
    return listing
        .states(caller, selection.namespace())
        .map(states -> newestOfEach(states).stream().filter(selection::fits).toList())
        .flatMap(newest -> ofChart(caller, newest, selection.chart()));
  }

  @Override
  public Outcome<List<ReleaseRevision>> read(
      Caller caller, List<RevisionState> states, boolean whole) {
    return whole ? store.read(caller, states) : listing.summaries(caller, states);
  }

  /** The name of the chart stands in the records alone. */
  private Outcome<List<RevisionState>> ofChart(
      Caller caller, List<RevisionState> states, String chart) {
    if (chart.isEmpty()) {
      return Outcome.success(states);
    }
    return listing
        .summaries(caller, states)
        .map(
            revisions ->
                revisions.stream()
                    .filter(revision -> revision.chart().name().equals(chart))
                    .map(ReleaseRevision::ref)
                    .collect(Collectors.toSet()))
        .map(fitting -> states.stream().filter(state -> fitting.contains(state.ref())).toList());
  }

  @Override
  public Outcome<List<ObjectStatus>> resources(Caller caller, StoredRevision stored) {
    return live.states(caller, stored.revision().ref(), stored.manifest());
  }

  @Override
  public Outcome<List<HookLog>> testLogs(Caller caller, StoredRevision stored) {
    return live.logs(
        caller, stored.revision().ref(), stored.hooks().stream().filter(HelmHook::test).toList());
  }

  @Override
  public Outcome<Page<ReleaseRevision>> revisions(
      Caller caller, ReleaseRef ref, Page.Wanted wanted) {
    return store
        .existing(caller, ref)
        .map(
            revisions ->
                Page.of(
                    revisions.stream(),
                    wanted,
                    StoredReleases::countdown,
                    Comparator.naturalOrder()))
        .flatMap(
            page ->
                store
                    .read(caller, page.items())
                    .map(revisions -> new Page<>(revisions, page.next())));
  }

  static Collection<RevisionState> newestOfEach(List<RevisionState> revisions) {
    Map<ReleaseRef, RevisionState> newest = new HashMap<>();
    for (RevisionState revision : revisions) {
      newest.merge(revision.ref(), revision, (a, b) -> a.revision() > b.revision() ? a : b);
    }
    return List.copyOf(newest.values());
  }

  /** Smaller for newer revisions. */
  private static String countdown(RevisionState state) {
    return "%010d".formatted(Integer.MAX_VALUE - state.revision());
  }
}
