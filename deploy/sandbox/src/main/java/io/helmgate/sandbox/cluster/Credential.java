package io.helmgate.sandbox.cluster;

import java.nio.file.Path;

/**
 * Someone whom the API server knows by a bearer token.
 *
 * @param group the only group, or empty
 * @param tokenFile where the token lies, readable by this user alone
 */
record Credential(String user, String group, String token, Path tokenFile) {
  /** Returns the line for {@code --token-auth-file}. */
  String csv() {
    return "%s,%s,%s,\"%s\"\n".formatted(token, user, user, group);
  }

  /** Returns a kubeconfig with one context. */
  String kubeconfig(String server, Path authority) {
    return """
        apiVersion: v1
        kind: Config
        clusters:
          - name: sandbox
            cluster:
              server: %s
              certificate-authority: %s
        users:
          - name: %s
            user:
              tokenFile: %s
        contexts:
          - name: sandbox
            context:
              cluster: sandbox
              user: %s
        current-context: sandbox
        """
        .formatted(server, authority, user, tokenFile, user);
  }
}
