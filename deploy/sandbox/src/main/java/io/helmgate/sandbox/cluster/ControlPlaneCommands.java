package io.helmgate.sandbox.cluster;

import io.helmgate.sandbox.process.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The arguments of the control plane's programs. */
final class ControlPlaneCommands {
  private final Path directory;
  private final ControlPlaneFiles files;
  private final int apiPort;
  private final Ports ports;
  private final int etcdPort;
  private final int kubeletPort;

  ControlPlaneCommands(Path directory, ControlPlaneFiles files, int apiPort, Ports ports) {
    this.directory = directory;
    this.files = files;
    this.apiPort = apiPort;
    this.ports = ports;
    this.etcdPort = ports.free();
    this.kubeletPort = ports.free();
  }

  /** Answers only to who has a certificate of the cluster's authority. */
  List<String> etcd() {
    String clients = "https://127.0.0.1:" + etcdPort;
    String peers = "https://127.0.0.1:" + ports.free();
    List<String> arguments = new ArrayList<>();
    for (String prefix : List.of("", "peer-")) {
      arguments.add("--" + prefix + "cert-file=" + files.etcd().certificate());
      arguments.add("--" + prefix + "key-file=" + files.etcd().key());
      arguments.add("--" + prefix + "trusted-ca-file=" + files.authorityFile());
      arguments.add("--" + prefix + "client-cert-auth");
    }
    arguments.addAll(
        List.of(
            "--data-dir=" + directory.resolve("etcd"),
            "--unsafe-no-fsync",
            "--log-level=warn",
            "--listen-client-urls=" + clients,
            "--advertise-client-urls=" + clients,
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=default=" + peers));
    return arguments;
  }

  List<String> apiServer() {
    return List.of(
        "--etcd-servers=https://127.0.0.1:" + etcdPort,
        "--etcd-cafile=" + files.authorityFile(),
        "--etcd-certfile=" + files.etcd().certificate(),
        "--etcd-keyfile=" + files.etcd().key(),
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + apiPort,
        "--tls-cert-file=" + files.apiServer().certificate(),
        "--tls-private-key-file=" + files.apiServer().key(),
        "--cert-dir=" + directory,
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + files.serviceAccountPublicKey(),
        "--service-account-signing-key-file=" + files.serviceAccountKey(),
        "--token-auth-file=" + files.tokens(),
        "--authorization-mode=RBAC",
        "--kubelet-certificate-authority=" + files.authorityFile(),
        "--kubelet-preferred-address-types=InternalIP",
        "--endpoint-reconciler-type=none");
  }

  List<String> controllerManager() {
    return List.of(
        "--kubeconfig=" + files.kubeconfig("components"),
        "--bind-address=127.0.0.1",
        "--secure-port=" + ports.free(),
        "--cert-dir=" + directory.resolve("controller-manager"),
        "--leader-elect=false",
        // kwok's heartbeats begin anew with each change of the node, so they may be long in coming.
        "--node-monitor-grace-period=24h",
        "--service-account-private-key-file=" + files.serviceAccountKey(),
        "--root-ca-file=" + files.authorityFile());
  }

  List<String> scheduler() {
    return List.of(
        "--kubeconfig=" + files.kubeconfig("components"),
        "--bind-address=127.0.0.1",
        "--secure-port=" + ports.free(),
        "--cert-dir=" + directory.resolve("scheduler"),
        "--leader-elect=false");
  }

  /** Is the kubelet of all nodes too, whom the API server asks for the logs of containers. */
  List<String> kwok() {
    return List.of(
        "--kubeconfig=" + files.kubeconfig("components"),
        "--config=" + files.stages(),
        "--manage-all-nodes=true",
        // With leases a second start waits for those of the first.
        "--node-lease-duration-seconds=0",
        "--node-ip=127.0.0.1",
        "--node-port=" + kubeletPort,
        "--tls-cert-file=" + files.kubelet().certificate(),
        "--tls-private-key-file=" + files.kubelet().key(),
        "--server-address=127.0.0.1:" + kubeletPort);
  }

  /**
   * Tells where the kubelet of a node is. kwok says so only when it first sees the node, which may
   * be from a former start, and takes the addresses back when the node was lost for a while.
   */
  List<String> kubeletStatus(String node) {
    return List.of(
        "patch",
        "node",
        node,
        "--subresource=status",
        "--type=merge",
        "--patch",
        """
        {"status": {
          "addresses": [
            {"type": "InternalIP", "address": "127.0.0.1"},
            {"type": "Hostname", "address": "%s"}],
          "daemonEndpoints": {"kubeletEndpoint": {"Port": %d}}}}
        """
            .formatted(node, kubeletPort));
  }
}
