package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Cluster;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;

/** The cluster, by its API. */
public final class ApiCluster implements Cluster {
  private final KubernetesApi api;

  public ApiCluster(KubernetesApi api) {
    this.api = api;
  }

  @Override
  public Outcome<Caller> reach(Caller caller) {
    return api.get(caller, "version").map(_ -> caller);
  }

  @Override
  public Outcome<Boolean> namespaceAbsent(Caller caller, String namespace) {
    Outcome<JsonNode> found = api.get(caller, "api/v1/namespaces/" + namespace);
    if (found instanceof Outcome.Failure<JsonNode>(Reason reason, String message)) {
      return reason == Reason.NOT_FOUND || reason == Reason.PERMISSION_DENIED
          ? Outcome.success(reason == Reason.NOT_FOUND)
          : Outcome.failure(reason, message);
    }
    return Outcome.success(false);
  }
}
