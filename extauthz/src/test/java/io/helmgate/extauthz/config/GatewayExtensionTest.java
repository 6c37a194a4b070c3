package io.helmgate.extauthz.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GatewayExtensionTest {

  /** As {@code kubectl get -o yaml} prints it. */
  private static final String DOCUMENT =
      """
      apiVersion: gateway.kgateway.dev/v1alpha1
      kind: GatewayExtension
      metadata:
        annotations:
          kubectl.kubernetes.io/last-applied-configuration: |
            {"kind":"GatewayExtension"}
        creationTimestamp: "2026-01-02T03:04:05Z"
        generation: 3
        labels:
          app.kubernetes.io/name: jwt
        name: jwt-providers
        namespace: team-a
        resourceVersion: "12345"
        uid: 2f4a9a0e-0000-4000-8000-000000000000
      spec:
        type: JWT
        jwt:
          validationMode: AllowMissing
          providers:
          - name: zitadel
            issuer: https://zitadel.example.com
            jwks:
              remote:
                url: https://zitadel.example.com/keys
                backendRef: {group: gateway.kgateway.dev, kind: Backend, name: zitadel}
                cacheDuration: 1h30m
                asyncFetch: {fastListener: true, failedRefetchDuration: 5s}
                retryPolicy:
                  numRetries: 3
                  backOff: {baseInterval: 100ms}
          - name: keycloak
            issuer: https://id.example.com/realms/main
            audiences: [helmgate, other]
            tokenSource:
              header: {header: x-token, prefix: "JWT "}
            claimsToHeaders:
            - {name: realm_access.roles, header: X-Roles}
            - {name: org, header: X-Org}
            forwardToken: true
            jwks:
              remote:
                url: https://id.example.com/realms/main/protocol/openid-connect/certs
                backendRef: {name: keycloak, port: 443}
      status:
        conditions:
        - {type: Accepted, status: "True", reason: Accepted, observedGeneration: 3}
      """;

  @TempDir private Path directory;

  @Test
  void aPastedDocumentIsTakenAsItIs() throws Exception {
    ProfileConfig.Jwt jwt = load(DOCUMENT).jwt();

    assertThat(jwt.validationMode()).isEqualTo(ProfileConfig.ValidationMode.ALLOWMISSING);
    assertThat(jwt.providers())
        .extracting(ProfileConfig.Provider::name)
        .as("kgateway asks in the order of names")
        .containsExactly("keycloak", "zitadel");
    ProfileConfig.Provider keycloak = jwt.providers().getFirst();
    assertThat(keycloak.audiences()).containsExactly("helmgate", "other");
    assertThat(keycloak.forwardToken()).isTrue();
    assertThat(keycloak.tokenSource().header())
        .isEqualTo(new ProfileConfig.Header("x-token", "JWT "));
    assertThat(keycloak.claimsToHeaders())
        .extracting(ProfileConfig.ClaimToHeader::name, ProfileConfig.ClaimToHeader::header)
        .containsExactly(tuple("realm_access.roles", "X-Roles"), tuple("org", "X-Org"));
    ProfileConfig.Remote remote = remote(jwt.providers().getLast());
    assertThat(remote.cacheDuration()).isEqualTo(Duration.ofMinutes(90));
    assertThat(remote.retryPolicy())
        .isEqualTo(
            new ProfileConfig.RetryPolicy(
                3, new ProfileConfig.BackOff(Duration.ofMillis(100), null)));
    assertThat(remote(keycloak).cacheDuration())
        .as("kgateway's default")
        .isEqualTo(Duration.ofMinutes(5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: GatewayExtension%nmetadata | kind: TrafficPolicy%nmetadata | gatewayExtension.kind",
        "v1alpha1 | v9 | gatewayExtension.apiVersion",
        "type: JWT | type: ExtAuth | gatewayExtension.spec.type",
        "type: JWT | extAuth: {grpcService: {}} | gatewayExtension.spec.extAuth",
        "forwardToken: true | forwardTokens: true | gatewayExtension.spec.jwt.providers[1].forwardTokens",
        "cacheDuration: 1h30m | cacheDuration: 90 min | gatewayExtension.spec.jwt.providers[0].jwks.remote.cacheDuration",
        "numRetries: 3 | numRetries: 0 | providers[0].jwks.remote.retryPolicy.numRetries",
        "header: X-Org | header: 'X Org' | gatewayExtension.spec.jwt.providers[1].claimsToHeaders[1].header",
        "header: X-Org | header: x-roles | gatewayExtension.spec.jwt.providers[1].claimsToHeaders[1].header",
        "header: X-Org | header: x-helmgate-assertion | gatewayExtension.spec.jwt.providers[1].claimsToHeaders[1].header",
        "header: X-Org | header: Host | gatewayExtension.spec.jwt.providers[1].claimsToHeaders[1].header",
        "name: zitadel%n      issuer | name: keycloak%n      issuer | gatewayExtension.spec.jwt.providers",
        "fastListener: true | slowListener: true | jwks.remote.asyncFetch.slowListener",
        "prefix: \"JWT \"} | prefix: x}%n        queryParameter: y | gatewayExtension.spec.jwt.providers[1].tokenSource",
      })
  void whatIsNotSupportedIsNamedWithItsPath(String good, String bad, String key) {
    String text = DOCUMENT.replace(good.replace("%n", "\n"), bad.replace("%n", "\n"));

    assertThat(text).isNotEqualTo(DOCUMENT);
    assertThat(problems(text, "")).anyMatch(problem -> problem.contains(key));
  }

  @Test
  void keysFromAConfigMapAreNamedAsUnsupported() {
    String text =
        """
        kind: GatewayExtension
        spec:
          jwt:
            providers:
            - name: a
              jwks: {local: {configMapRef: {name: keys}}}
        """;

    assertThat(problems(text, "")).anyMatch(p -> p.contains("jwks.local.configMapRef"));
  }

  @Test
  void aDocumentBesideProvidersIsAmbiguous() {
    assertThat(problems(DOCUMENT, "        validationMode: AllowMissing\n"))
        .anyMatch(problem -> problem.contains("authentication.gatewayExtension"));
  }

  @Test
  void keysFetchedWithoutTlsAreReportedAtTheirPlaceInTheDocument() {
    String text = DOCUMENT.replace("https://zitadel.example.com/keys", "http://z.example.com/k");

    assertThat(problems(text, ""))
        .anyMatch(p -> p.contains("gatewayExtension.spec.jwt.providers[0].jwks.remote.url"));
  }

  private static ProfileConfig.Remote remote(ProfileConfig.Provider provider) {
    ProfileConfig.Jwks jwks = provider.jwks();
    assertThat(jwks).isNotNull();
    ProfileConfig.Remote remote = jwks.remote();
    assertThat(remote).isNotNull();
    return remote;
  }

  private List<String> problems(String document, String beside) {
    InvalidConfigException invalid =
        catchThrowableOfType(InvalidConfigException.class, () -> load(document, beside));
    assertThat(invalid).isNotNull();
    return invalid.problems().stream().map(Object::toString).toList();
  }

  private ProfileConfig.Authentication load(String document) throws Exception {
    return load(document, "");
  }

  private ProfileConfig.Authentication load(String document, String beside)
      throws IOException, InvalidConfigException {
    Path file = directory.resolve("helmgate.yaml");
    Files.writeString(
        file,
        """
        rego_policy: "package helmgate.authz\\nallow := true"
        extauthz:
          tls: {cert_file: a, key_file: b, client_ca_file: c, client_sans: [d]}
          profiles:
            default:
              authentication:
        """
            + beside
            + "        gatewayExtension:\n"
            + document.indent(10));
    ProfileConfig profile =
        ConfigLoader.load(file, Map.of(), "extauthz", ExtAuthzConfig.class)
            .section()
            .profiles()
            .get("default");
    assertThat(profile).isNotNull();
    return profile.authentication();
  }
}
