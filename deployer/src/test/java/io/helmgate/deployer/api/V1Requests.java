package io.helmgate.deployer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.GetClusterRequest;
import io.helmgate.proto.deployer.v1.GetOperationRequest;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListOperationsRequest;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.WaitOperationRequest;
import java.util.List;

/** Requests about releases of the demo chart in the namespace team-a of some cluster. */
final class V1Requests {

  private V1Requests() {}

  static V1Client.Result installed(V1Client client, String cluster, String id, int replicas) {
    var started = client.call("InstallRelease", install(cluster, id, replicas));
    return client.call(
        "WaitOperation", WaitOperationRequest.newBuilder().setName(started.text("/name")).build());
  }

  static InstallReleaseRequest install(String cluster, String id, int replicas) {
    return InstallReleaseRequest.newBuilder()
        .setParent(cluster + "/namespaces/team-a")
        .setReleaseId(id)
        .setChart("sandbox/demo")
        .setValues(
            Struct.newBuilder()
                .putFields("replicas", Value.newBuilder().setNumberValue(replicas).build()))
        .build();
  }

  static String release(String cluster, String id) {
    return cluster + "/namespaces/team-a/releases/" + id;
  }

  static GetReleaseRequest get(String release) {
    return GetReleaseRequest.newBuilder().setName(release).build();
  }

  static V1Client.Result get(V1Client client, String operation) {
    return client.call("GetOperation", GetOperationRequest.newBuilder().setName(operation).build());
  }

  static V1Client.Result cluster(V1Client client, String name) {
    return client.call("GetCluster", GetClusterRequest.newBuilder().setName(name).build());
  }

  static ListReleasesRequest.Builder releases(String cluster, String namespace, String search) {
    return ListReleasesRequest.newBuilder()
        .setParent("clusters/" + cluster + "/namespaces/" + namespace)
        .setSearch(search);
  }

  /** Of one release, or of all. */
  static ListOperationsRequest.Builder operations(
      String cluster, String namespace, String release) {
    return ListOperationsRequest.newBuilder()
        .setParent(
            "clusters/%s/namespaces/%s/releases/%s"
                .formatted(cluster, namespace, release.isEmpty() ? "-" : release));
  }

  static List<String> names(V1Client.Result page, String list) {
    return page.ok().path(list).valueStream().map(each -> each.path("name").asText()).toList();
  }

  static List<String> texts(V1Client.Result result, String field) {
    return result.ok().path(field).valueStream().map(JsonNode::asText).toList();
  }
}
