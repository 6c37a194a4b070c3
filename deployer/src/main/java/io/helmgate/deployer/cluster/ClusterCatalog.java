package io.helmgate.deployer.cluster;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Reason;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The clusters that are configured. */
public final class ClusterCatalog {
  private final NavigableMap<String, ClusterHealth> clusters = new TreeMap<>();

  public ClusterCatalog(List<ClusterHealth> clusters) {
    clusters.forEach(cluster -> this.clusters.put(cluster.name(), cluster));
  }

  /** By name; those of the page are asked side by side. */
  public Outcome<Page<ClusterInfo>> clusters(Caller caller, Page.Wanted wanted) {
    var left =
        wanted.after().map(last -> clusters.tailMap(last, false)).orElse(clusters).values().stream()
            .toList();
    var page = left.subList(0, Math.min(left.size(), wanted.size()));
    Optional<String> next =
        page.size() == left.size() ? Optional.empty() : Optional.of(page.getLast().name());
    return Outcome.success(
        new Page<>(SideBySide.ask(page, cluster -> cluster.seenBy(caller)), next));
  }

  public Outcome<ClusterInfo> cluster(Caller caller, String name) {
    var cluster = clusters.get(name);
    return cluster == null
        ? Outcome.failure(Reason.NOT_FOUND, "cluster " + name + ": not found")
        : Outcome.success(cluster.seenBy(caller));
  }
}
