package io.helmgate.sandbox;

import io.helmgate.sandbox.identity.Keycloak;
import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The file {@code env}, which a shell reads to call what runs: the README's calls use it. It holds
 * the users' password.
 */
record ShellVariables(Path file, Map<String, String> variables) {

  static ShellVariables of(Sandbox sandbox) {
    var variables = new TreeMap<String, String>();
    if (sandbox.components().contains(Component.CLUSTER)) {
      variables.put("KUBECONFIG", sandbox.cluster().adminKubeconfig().toString());
      variables.put("PROGRAMS", String.valueOf(sandbox.program("kubectl").getParent()));
    }
    if (sandbox.components().contains(Component.KEYCLOAK)) {
      variables.put("TOKEN_URL", sandbox.keycloak().tokenEndpoint());
      variables.put("CLIENT_ID", Keycloak.CLIENT);
      variables.put("PASSWORD", sandbox.keycloak().userPassword());
    }
    if (sandbox.components().contains(Component.ENVOY)) {
      variables.put("GATEWAY", sandbox.envoy().url().toString());
      variables.put("GRPC", sandbox.envoy().url().getAuthority());
      variables.put("CA", sandbox.tls().resolve("ca.crt").toString());
    }
    return new ShellVariables(sandbox.directory().resolve("env"), variables);
  }

  void write() {
    var text =
        variables.entrySet().stream()
            .map(variable -> "export %s='%s'\n".formatted(variable.getKey(), variable.getValue()))
            .collect(Collectors.joining());
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new SandboxException(file + ": can't be written", e);
    }
  }
}
