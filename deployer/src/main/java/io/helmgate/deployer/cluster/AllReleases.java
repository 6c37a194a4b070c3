package io.helmgate.deployer.cluster;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.ReleaseCatalog;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.ReleaseSelection;
import io.helmgate.deployer.release.RevisionState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The releases of several clusters.
 *
 * @param <C> what reads from one
 */
public final class AllReleases<C> {
  private final AllClusters<C> clusters;
  private final Function<C, ReleaseCatalog> catalog;

  public AllReleases(AllClusters<C> clusters, Function<C, ReleaseCatalog> catalog) {
    this.clusters = clusters;
    this.catalog = catalog;
  }

  /** A page, and the names of the clusters whose releases are missing in it. */
  public record ReleasesPage(Page<Found<ReleaseRevision>> page, List<String> unreachable) {}

  /**
   * Finds the newest revisions by their metadata, and reads those of the page alone.
   *
   * @param whole with values and notes, which may be missing otherwise
   */
  public Outcome<ReleasesPage> releases(
      Caller caller, ReleaseSelection selection, Page.Wanted wanted, boolean whole) {
    return clusters
        .ask(cluster -> catalog.apply(cluster).selected(caller, selection))
        .flatMap(
            gathered -> {
              var page = gathered.page(wanted, selection.order()::key, selection.order().keys());
              return clusters
                  .askFor(
                      page.items(),
                      (cluster, states) -> catalog.apply(cluster).read(caller, states, whole))
                  .map(read -> read.without(gathered.unreachable()))
                  .map(
                      read ->
                          new ReleasesPage(
                              new Page<>(ordered(page.items(), read.found()), page.next()),
                              read.unreachable()));
            });
  }

  /** As they were found; those that are gone meanwhile are left out. */
  private static List<Found<ReleaseRevision>> ordered(
      List<Found<RevisionState>> states, List<Found<ReleaseRevision>> revisions) {
    Map<Found<?>, Found<ReleaseRevision>> read = new HashMap<>();
    revisions.forEach(each -> read.put(new Found<>(each.cluster(), each.item().ref()), each));
    return states.stream()
        .map(each -> Optional.ofNullable(read.get(new Found<>(each.cluster(), each.item().ref()))))
        .flatMap(Optional::stream)
        .toList();
  }
}
