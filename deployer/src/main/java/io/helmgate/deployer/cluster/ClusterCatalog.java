package io.helmgate.deployer.cluster;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Reason;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The clusters that are configured. */
public final class ClusterCatalog {
  private final Map<String, ClusterHealth> clusters = new HashMap<>();

  public ClusterCatalog(List<ClusterHealth> clusters) {
    clusters.forEach(cluster -> this.clusters.put(cluster.name(), cluster));
  }

  /** By name; those of the page are asked side by side. */
  public Outcome<Page<ClusterInfo>> clusters(Caller caller, Page.Wanted wanted) {
    var page =
        Page.of(clusters.values().stream(), wanted, ClusterHealth::name, Comparator.naturalOrder());
    return Outcome.success(
        new Page<>(SideBySide.ask(page.items(), cluster -> cluster.seenBy(caller)), page.next()));
  }

  public Outcome<ClusterInfo> cluster(Caller caller, String name) {
    var cluster = clusters.get(name);
    return cluster == null
        ? Outcome.failure(Reason.NOT_FOUND, "cluster " + name + ": not found")
        : Outcome.success(cluster.seenBy(caller));
  }
}
