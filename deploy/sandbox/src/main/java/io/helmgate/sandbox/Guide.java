package io.helmgate.sandbox;

import io.helmgate.sandbox.identity.Keycloak;
import io.helmgate.sandbox.service.Template;
import java.util.HashMap;
import java.util.Map;

/**
 * What the person at the terminal reads when the sandbox runs: what is where, and calls to copy.
 */
record Guide(Sandbox sandbox, Checkout checkout) {
  private static final Template TEXT =
      new Template(
          """

          The sandbox runs. Ctrl-C stops it.

            Envoy        ${url}   (TLS; its authority: ${ca})
            playground   ${url}/playground   (GraphQL in the browser; log in as alice, password ${password})
            Keycloak     ${issuer}
            charts       ${charts}
            Kubernetes   export KUBECONFIG=${kubeconfig}
            programs     ${programs}   (kubectl, helm, grpcurl, opa)
            policy       ${policy}   (edit it: it is in force a moment later)
            logs         ${logs}
            all of it    ${directory}/sandbox.json, and ${directory}/env for a shell

          Users: alice (group platform), bob (team-a), carol (readers), mallory (system:masters).
          A token, good for five minutes:

            TOKEN=$(curl -s ${token_endpoint} \\
              -d grant_type=password -d client_id=${client} \\
              -d username=alice -d password=${password} | jq -r .access_token)

          Install a chart by REST:

            curl --cacert ${ca} -H "authorization: Bearer $TOKEN" \\
              -H 'content-type: application/json' ${url}/apps/team-a \\
              -d '{"app_name": "web", "chart": "sandbox/demo", "values": {"replicas": 2}}'

          Look at it by GraphQL:

            curl --cacert ${ca} -H "authorization: Bearer $TOKEN" \\
              -H 'content-type: application/json' ${url}/graphql \\
              -d '{"query": "{ searchApps(input: {namespace: \\"team-a\\"}) { name release { version status } } }"}'

          Uninstall it by gRPC:

            ${programs}/grpcurl -cacert ${ca} -H "authorization: Bearer $TOKEN" \\
              -protoset ${protoset} \\
              -d '{"namespace": "team-a", "name": "web"}' \\
              ${authority} helmgate.HelmProxyService/UninstallApp
          """);

  String text() {
    Map<String, Object> values = new HashMap<>();
    values.put("url", sandbox.envoy().url());
    values.put("authority", sandbox.envoy().url().getAuthority());
    values.put("ca", sandbox.tls().resolve("ca.crt"));
    values.put("issuer", sandbox.keycloak().issuer());
    values.put("token_endpoint", sandbox.keycloak().tokenEndpoint());
    values.put("client", Keycloak.CLIENT);
    values.put("password", sandbox.keycloak().userPassword());
    values.put("charts", sandbox.charts().url());
    values.put("kubeconfig", sandbox.cluster().adminKubeconfig());
    values.put("programs", checkout.tools().resolve("bin"));
    values.put("policy", sandbox.policy());
    values.put("directory", sandbox.directory());
    values.put("logs", sandbox.directory().resolve("logs"));
    values.put("protoset", checkout.protoset());
    return TEXT.fill(values);
  }
}
