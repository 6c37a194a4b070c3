package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.release.Caller;
import io.helmgate.kit.call.Call;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Hands each call on to the cluster that its request names. Here, and nowhere else, is decided
 * which cluster a call is on.
 */
public final class ClusterRouter implements Calls {

  private static final Pattern CLUSTER = Pattern.compile("clusters/([^/]*)/.*", Pattern.DOTALL);

  private final Map<String, Calls> clusters;
  private final Calls others;

  /**
   * @param clusters the calls on each, by its name; those on all by {@code -}
   * @param others refuses calls on no cluster of these: one of them does, as its names are others
   */
  public ClusterRouter(Map<String, Calls> clusters, Calls others) {
    this.clusters = Map.copyOf(clusters);
    this.others = others;
  }

  @Override
  public Reply execute(Caller caller, Call call) {
    var name = CLUSTER.matcher(name(call.request()));
    return (name.matches() ? clusters.getOrDefault(name.group(1), others) : others)
        .execute(caller, call);
  }

  /** Each request of these services has one of the two. */
  private static String name(Message request) {
    var type = request.getDescriptorForType();
    var field = type.findFieldByName("name");
    return (String) request.getField(field == null ? type.findFieldByName("parent") : field);
  }
}
