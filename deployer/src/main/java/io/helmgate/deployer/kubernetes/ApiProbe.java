package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.cluster.ClusterProbe;
import io.helmgate.deployer.cluster.ServerVersion;
import io.helmgate.deployer.kubernetes.ServiceApi.Kind;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;

/** Asks an API server for its version, and for one of the objects that hold the service's state. */
public final class ApiProbe implements ClusterProbe {
  private final KubernetesApi api;
  private final ServiceApi state;

  public ApiProbe(KubernetesApi api, ServiceApi state) {
    this.api = api;
    this.state = state;
  }

  @Override
  public Outcome<ServerVersion> version(Caller caller) {
    return api.get(caller, "version").map(ApiProbe::version);
  }

  @Override
  public Outcome<ServerVersion> version() {
    return api.ownGet("version").map(ApiProbe::version);
  }

  @Override
  public Outcome<ServerVersion> state(ServerVersion version) {
    return state.first(Kind.LEASES).flatMap(_ -> state.first(Kind.SECRETS)).map(_ -> version);
  }

  private static ServerVersion version(JsonNode version) {
    return new ServerVersion(
        version.path("gitVersion").asText(), version.path("platform").asText());
  }
}
