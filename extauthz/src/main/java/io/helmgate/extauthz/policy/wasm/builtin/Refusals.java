package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.List;
import java.util.Optional;

/** Why builtins that OPA has are not supplied here. */
final class Refusals {

  /**
   * Builtins that are refused together.
   *
   * @param names full names, or prefixes that end with a dot or an underscore
   */
  private record Group(String reason, List<String> names) {

    boolean covers(String name) {
      return names.stream()
          .anyMatch(
              entry ->
                  entry.equals(name)
                      || ((entry.endsWith(".") || entry.endsWith("_")) && name.startsWith(entry)));
    }
  }

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "a decision must not wait for the network",
              List.of("http.send", "net.lookup_ip_addr")),
          new Group(
              "it tells about the OPA process, and there is none",
              List.of("opa.runtime", "rego.metadata.", "rego.parse_module")),
          new Group("it is deprecated in OPA", List.of("cast_")),
          new Group("it is for OPA's own use", List.of("internal.")),
          new Group("opa build takes it out", List.of("print")),
          new Group(
              "two YAML readers never agree on everything; what a call carries is in input.call",
              List.of("yaml.")),
          new Group("regular expressions can't be intersected here", List.of("regex.globs_match")),
          new Group(
              "it needs secret keys, which don't belong into a policy",
              List.of(
                  "providers.",
                  "io.jwt.encode_sign",
                  "io.jwt.encode_sign_raw",
                  "crypto.parse_private_keys",
                  "crypto.x509.parse_keypair",
                  "crypto.x509.parse_rsa_private_key")),
          new Group(
              "certificates are Envoy's to check; it passes the verified identity on",
              List.of("crypto.x509.")),
          new Group(
              "GraphQL requests are decoded before the policy runs: see input.call",
              List.of("graphql.")),
          new Group(
              "JSON Schema needs a library with the same rules as OPA's",
              List.of("json.match_schema", "json.verify_schema")),
          new Group("Go templates are not supplied", List.of("strings.render_template")));

  private Refusals() {}

  /** The reason, or empty for a name that no group covers. */
  static Optional<String> reason(String name) {
    return GROUPS.stream().filter(group -> group.covers(name)).map(Group::reason).findFirst();
  }
}
