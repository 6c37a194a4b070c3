package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.helmgate.deployer.kubernetes.ClusterConnection.Credential;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Reads one context of a kubeconfig file. Only what the service can hand on to Helm unchanged is
 * taken: a server with its CA, and a token or client certificate; all else is refused by name.
 */
public final class Kubeconfig {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final List<String> REFUSED_CLUSTER_KEYS =
      List.of("proxy-url", "tls-server-name", "insecure-skip-tls-verify");
  private static final List<String> REFUSED_USER_KEYS =
      List.of("exec", "auth-provider", "username", "password", "as", "as-uid", "as-groups");

  private final Path file;
  private final JsonNode root;

  private Kubeconfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Reads one context.
   *
   * @param context empty: the file's current context
   * @param runDirectory the service's own directory, where a token that stands in the kubeconfig is
   *     put in a file
   * @throws IllegalArgumentException when the file says what cannot be used
   * @throws IOException when a file cannot be read or written
   */
  public static ClusterConnection read(Path file, Optional<String> context, Path runDirectory)
      throws IOException {
    JsonNode root = YAML.readTree(Files.readString(file));
    return new Kubeconfig(file, root == null ? YAML.createObjectNode() : root)
        .connection(context, runDirectory);
  }

  private ClusterConnection connection(Optional<String> named, Path runDirectory)
      throws IOException {
    String contextName = named.orElseGet(() -> root.path("current-context").asText());
    JsonNode context = entry("contexts", "context", contextName);
    JsonNode cluster = entry("clusters", "cluster", context.path("cluster").asText());
    JsonNode user = entry("users", "user", context.path("user").asText());
    refuse(cluster, REFUSED_CLUSTER_KEYS);
    refuse(user, REFUSED_USER_KEYS);
    String ca =
        dataOrFile(cluster, "certificate-authority")
            .orElseThrow(() -> problem("certificate-authority is missing"));
    return new ClusterConnection(
        URI.create(cluster.path("server").asText()), ca, credential(user, runDirectory));
  }

  private Credential credential(JsonNode user, Path runDirectory) throws IOException {
    if (user.hasNonNull("tokenFile")) {
      return new Credential.TokenFile(resolve(user.path("tokenFile").asText()));
    }
    if (user.hasNonNull("token")) {
      Path token = runDirectory.resolve("cluster-token");
      Files.deleteIfExists(token);
      Files.createFile(
          token,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(token, user.path("token").asText(), StandardOpenOption.WRITE);
      return new Credential.TokenFile(token);
    }
    Optional<String> certificate = dataOrFile(user, "client-certificate");
    Optional<String> key = dataOrFile(user, "client-key");
    if (certificate.isPresent() && key.isPresent()) {
      return new Credential.ClientCertificate(certificate.get(), key.get());
    }
    throw problem("the user has no tokenFile, token, or client-certificate with client-key");
  }

  private JsonNode entry(String list, String kind, String name) {
    for (JsonNode entry : root.path(list)) {
      if (entry.path("name").asText().equals(name)) {
        return entry.path(kind);
      }
    }
    throw problem("there is no " + kind + " \"" + name + "\"");
  }

  private void refuse(JsonNode node, List<String> keys) {
    for (String key : keys) {
      if (node.hasNonNull(key) && !node.path(key).asText().equals("false")) {
        throw problem("the key " + key + " is not supported");
      }
    }
  }

  private Optional<String> dataOrFile(JsonNode node, String key) throws IOException {
    if (node.hasNonNull(key + "-data")) {
      byte[] data = Base64.getDecoder().decode(node.path(key + "-data").asText());
      return Optional.of(new String(data, StandardCharsets.US_ASCII));
    }
    return node.hasNonNull(key)
        ? Optional.of(Files.readString(resolve(node.path(key).asText())))
        : Optional.empty();
  }

  private Path resolve(String path) {
    return file.toAbsolutePath().resolveSibling(path);
  }

  private IllegalArgumentException problem(String text) {
    return new IllegalArgumentException("kubeconfig " + file + ": " + text);
  }
}
