package io.helmgate.deployer.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.deployer.kubernetes.ClusterConnection;
import io.helmgate.deployer.kubernetes.ClusterConnection.Credential;
import io.helmgate.deployer.release.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A kubeconfig of one context by which Helm acts as a caller. JSON, which is YAML too. */
final class CallerKubeconfig {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "helmgate";

  private CallerKubeconfig() {}

  static byte[] of(ClusterConnection cluster, Caller caller) throws JsonProcessingException {
    Map<String, Object> server =
        Map.of(
            "server",
            cluster.server().toString(),
            "certificate-authority-data",
            base64(cluster.caPem()));
    Map<String, Object> user = new LinkedHashMap<>();
    switch (cluster.credential()) {
      case Credential.TokenFile(var path) -> user.put("tokenFile", path.toString());
      case Credential.ClientCertificate(var certificate, var key) -> {
        user.put("client-certificate-data", base64(certificate));
        user.put("client-key-data", base64(key));
      }
    }
    user.put("as", caller.user());
    user.put("as-groups", caller.groups());
    return JSON.writeValueAsBytes(
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Config",
            "clusters",
            List.of(Map.of("name", NAME, "cluster", server)),
            "users",
            List.of(Map.of("name", NAME, "user", user)),
            "contexts",
            List.of(Map.of("name", NAME, "context", Map.of("cluster", NAME, "user", NAME))),
            "current-context",
            NAME));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
