package io.helmgate.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.sandbox.identity.Keycloak;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.service.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file {@code sandbox.json}, which names what runs, for scripts. It holds passwords. */
record SandboxDescription(Path file, ObjectNode content) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static SandboxDescription of(Sandbox sandbox) {
    ObjectNode content = JSON.createObjectNode();
    content.put("directory", sandbox.directory().toString());
    content.put("logs", sandbox.directory().resolve("logs").toString());
    for (Component component : Component.values()) {
      if (sandbox.components().contains(component)) {
        switch (component) {
          case CLUSTER -> describeCluster(sandbox, content.putObject("cluster"));
          case KEYCLOAK -> describeKeycloak(sandbox.keycloak(), content.putObject("keycloak"));
          case CHARTS -> content.putObject("charts").put("url", sandbox.charts().url().toString());
          case EXTAUTHZ -> {
            describe(sandbox.extauthz(), content.putObject("extauthz"));
            content.put("policy", sandbox.policy().toString());
          }
          case DEPLOYER -> describe(sandbox.deployer(), content.putObject("deployer"));
          case ENVOY -> describeEnvoy(sandbox, content.putObject("envoy"));
        }
      }
    }
    return new SandboxDescription(sandbox.directory().resolve("sandbox.json"), content);
  }

  private static void describeCluster(Sandbox sandbox, ObjectNode cluster) {
    cluster.put("kubeconfig", sandbox.cluster().adminKubeconfig().toString());
    cluster.put("service_kubeconfig", sandbox.cluster().serviceKubeconfig().toString());
    cluster.put("kubectl", sandbox.program("kubectl").toString());
    cluster.put("helm", sandbox.program("helm").toString());
  }

  private static void describeKeycloak(Keycloak keycloak, ObjectNode node) {
    node.put("issuer", keycloak.issuer());
    node.put("jwks_uri", keycloak.jwksUri());
    node.put("token_endpoint", keycloak.tokenEndpoint());
    node.put("audience", Keycloak.AUDIENCE);
    node.put("client", Keycloak.CLIENT);
    ObjectNode users = node.putObject("users");
    Keycloak.USERS.forEach(user -> users.put(user, keycloak.userPassword()));
    node.putObject("service_clients").put(Keycloak.SERVICE_CLIENT, keycloak.clientSecret());
  }

  private static void describe(ServiceProcess service, ObjectNode node) {
    node.put("admin", service.admin().toString());
    node.put("address", "127.0.0.1:" + (service.admin().getPort() - 1));
  }

  private static void describeEnvoy(Sandbox sandbox, ObjectNode envoy) {
    envoy.put("url", sandbox.envoy().url().toString());
    envoy.put("ca", sandbox.tls().resolve("ca.crt").toString());
    envoy.put("admin_socket", sandbox.envoy().adminSocket().toString());
  }

  void write() {
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, content.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new SandboxException(file + ": can't be written", e);
    }
  }
}
