package io.helmgate.sandbox.cluster;

import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.process.HttpProbe;
import io.helmgate.sandbox.process.Readiness;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.ServerProcess;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.tls.CertificateAuthority;
import io.helmgate.sandbox.tls.TrustedClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The sandbox's own Kubernetes API. */
public final class ControlPlane implements Cluster {
  private static final String NODE = "node-1";

  private final Workspace workspace;
  private final ControlPlaneFiles files;
  private final ControlPlaneCommands commands;
  private final ServerProcess etcd;
  private final ServerProcess apiServer;
  private final List<ServerProcess> controllers;

  public ControlPlane(Workspace workspace) {
    this.workspace = workspace;
    SecureRandom random = workspace.random();
    var authority = CertificateAuthority.create("sandbox-cluster", random, Instant.now());
    int apiPort = workspace.ports().free();
    String server = "https://127.0.0.1:" + apiPort;
    Path directory = workspace.part("cluster");
    this.files = ControlPlaneFiles.write(directory, random, authority, server);
    this.commands = new ControlPlaneCommands(directory, files, apiPort, workspace.ports());
    HttpClient client = TrustedClient.of(authority.certificate());
    Readiness ready = new HttpProbe(client, URI.create(server + "/readyz"), 200);
    this.etcd = process("etcd", commands.etcd(), ready);
    this.apiServer = process("kube-apiserver", commands.apiServer(), ready);
    // What these do is waited for on the API, in start().
    Readiness atOnce = () -> true;
    this.controllers =
        List.of(
            process("kube-controller-manager", commands.controllerManager(), atOnce),
            process("kube-scheduler", commands.scheduler(), atOnce),
            process("kwok", commands.kwok(), atOnce));
  }

  private ServerProcess process(String name, List<String> arguments, Readiness readiness) {
    List<String> command = new ArrayList<>();
    command.add(workspace.program(name).toString());
    command.addAll(arguments);
    return workspace.server(name, command, Map.of(), readiness);
  }

  @Override
  public String name() {
    return "cluster";
  }

  @Override
  public void start() {
    etcd.launch();
    // The API server waits for etcd by itself.
    apiServer.start();
    files.writeStages(workspace.tools().resolve("kwok-stages"));
    controllers.forEach(ServerProcess::launch);
    for (Path objects : List.of(files.base(), files.storageClass(), files.access())) {
      kubectl().run("apply", "--server-side", "--filename=" + objects);
    }
    kubectl().run(commands.kubeletStatus(NODE).toArray(String[]::new));
    awaitWorking();
  }

  /** Waits for what the controllers and kwok make first, without which a deployment fails. */
  private void awaitWorking() {
    Cli kubectl = kubectl();
    String limit = "--timeout=60s";
    kubectl.run("wait", "--for=condition=Ready", "node/" + NODE, limit);
    for (String namespace : List.of("default", "team-a", "team-b")) {
      kubectl.run("wait", "--for=create", "serviceaccount/default", "-n", namespace, limit);
    }
    // It is aggregated from other roles a moment after the start, and empty before.
    kubectl.run("wait", "--for=jsonpath={.rules[0].verbs}", "clusterrole/admin", limit);
    kubectl.run("wait", "--for=jsonpath={.rules[0].verbs}", "clusterrole/view", limit);
    for (ServerProcess controller : controllers) {
      if (!controller.isRunning()) {
        throw new SandboxException(
            "%s: ended while starting, see %s"
                .formatted(controller.name(), workspace.log(controller.name())));
      }
    }
  }

  @Override
  public void stop() {
    for (ServerProcess controller : controllers.reversed()) {
      controller.terminate();
    }
    controllers.reversed().forEach(ServerProcess::stop);
    // An API server whose etcd is gone does not stop by itself.
    apiServer.stop();
    etcd.stop();
  }

  @Override
  public Path adminKubeconfig() {
    return files.kubeconfig("admin");
  }

  @Override
  public Path serviceKubeconfig() {
    return files.kubeconfig("helmgate");
  }

  @Override
  public Cli kubectl() {
    return cli("kubectl", adminKubeconfig());
  }

  @Override
  public Cli helm() {
    return cli("helm", adminKubeconfig());
  }

  /** Returns the API server alone, to be stopped in a test. */
  public ServerProcess apiServer() {
    return apiServer;
  }

  private Cli cli(String program, Path kubeconfig) {
    String home = workspace.part("cluster").resolve("home").toString();
    return new Cli(
        workspace.program(program),
        Map.of(
            "KUBECONFIG", kubeconfig.toString(),
            "KUBECACHEDIR", home + "/kube",
            "HELM_CACHE_HOME", home + "/helm/cache",
            "HELM_CONFIG_HOME", home + "/helm/config",
            "HELM_DATA_HOME", home + "/helm/data"));
  }
}
