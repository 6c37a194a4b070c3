package io.helmgate.extauthz.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.config.ConfigReference;
import io.helmgate.kit.config.InvalidConfigException;
import io.helmgate.kit.config.Loaded;
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

final class ConfigRulesTest {

  private static final String GOOD =
      """
      rego_policy: |
        package helmgate.authz
        allow := true
      extauthz:
        address: 127.0.0.1:0
        jwks:
          timeout: 1s
        tls:
          cert_file: tls.crt
          key_file: tls.key
          client_ca_file: ca.crt
          client_sans: [envoy.helmgate.internal]
        assertion:
          keys_file: keys.json
        profiles:
          default:
            authentication:
              providers:
                - name: keycloak
                  issuer: https://id.example.com
                  audiences: [helmgate]
                  requireExpiration: true
                  jwks:
                    remote:
                      url: https://id.example.com/jwks
                  identity:
                    userClaim: preferred_username
            policy:
              query: data.helmgate.authz.allow
            assertion:
              audience: deployer
          reflection:
            calls: false
            authentication:
              validationMode: AllowMissing
              providers:
                - name: local
                  jwks:
                    local:
                      inline: 'JWKS'
      """
          .replace("JWKS", TestKeys.jwks(TestKeys.P256));

  @TempDir private Path directory;

  @Test
  void aGoodFileBindsWithDefaults() throws Exception {
    ExtAuthzConfig config = load(GOOD).section();

    assertThat(config.stageDeadline()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.jwks().maxBytes().bytes()).isEqualTo(256 << 10);
    ProfileConfig profile = config.profiles().get("default");
    assertThat(profile).isNotNull();
    assertThat(profile.calls()).isTrue();
    ProfileConfig.Provider provider = profile.authentication().providers().getFirst();
    assertThat(provider.requireExpiration()).isTrue();
    assertThat(provider.clockSkew()).isEqualTo(Duration.ofSeconds(60));
    assertThat(provider.identity().userClaim()).isEqualTo("preferred_username");
    assertThat(provider.identity().prefix()).isNull();
    ProfileConfig.Jwks jwks = provider.jwks();
    assertThat(jwks).isNotNull();
    ProfileConfig.Remote remote = jwks.remote();
    assertThat(remote).isNotNull();
    assertThat(remote.cacheDuration()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.profiles().get("reflection"))
        .extracting(p -> p.authentication().validationMode())
        .isEqualTo(ProfileConfig.ValidationMode.ALLOWMISSING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client_sans: [envoy.helmgate.internal] | client_sans: [] | extauthz.tls.client_sans",
        "key_file: tls.key | key_file: '' | extauthz.tls.key_file",
        "client_ca_file: ca.crt | client_ca_file: '' | extauthz.tls.client_ca_file",
        "timeout: 1s | timeout: 2s | extauthz.jwks.timeout",
        "timeout: 1s | timeout: 1s%n  limits: {concurrency: {min_waiting: 9, max_waiting: 8}} | extauthz.limits.concurrency.min_waiting",
        "timeout: 1s | timeout: 1s%n  limits: {concurrency: {target_delay: 2s}} | extauthz.limits.concurrency.target_delay",
        "keys_file: keys.json | lifetime: 61s | extauthz.assertion.lifetime",
        "keys_file: keys.json | issuer: x | extauthz.assertion.keys_file",
        "query: data.helmgate.authz.allow | query: 'data.x[_]' | extauthz.profiles.default.policy.query",
        "https://id.example.com/jwks | http://id.example.com/jwks | extauthz.profiles.default.authentication.providers[0].jwks.remote.url",
        "audience: deployer | audience: deployer%n      calls: nope | extauthz.profiles.default.calls",
        "calls: false | calls: false%n      assertion: {audience: x} | extauthz.profiles.reflection.assertion.binding",
        "validationMode: AllowMissing | validationMode: Lax | extauthz.profiles.reflection.authentication.validationMode",
        "validationMode: AllowMissing | validationMode: Anonymous | extauthz.profiles.reflection.authentication.validationMode",
        "reflection: | asked:%n      authentication: {validationMode: Anonymous}%n      assertion: {binding: token}%n    reflection: | extauthz.profiles.asked.assertion",
        "issuer: https://id.example.com | issuerr: x | extauthz.profiles.default.authentication.providers[0].issuerr",
        "rego_policy: | rego_version: | extauthz.profiles",
        "calls: false | calls: false%n      call_schema: {descriptor_set: x} | extauthz.profiles.reflection.call_schema",
        "audience: deployer | audience: deployer%n      call_schema: {descriptor_set: x} | extauthz.profiles.default.assertion.binding",
        "audience: deployer | audience: deployer%n      undecodable: mark | extauthz.profiles.default.assertion.binding",
        "audience: deployer | audience: deployer%n      call_schema: {} | extauthz.profiles.default.call_schema.descriptor_set",
        "calls: false | calls: false%n      response: {style: registry, service: s} | extauthz.profiles.reflection.response.realm",
        "calls: false | calls: false%n      response: {style: registry, realm: s} | extauthz.profiles.reflection.response.service",
        "calls: false | calls: false%n      response: {scope: s} | extauthz.profiles.reflection.response.scope",
        "calls: false | calls: false%n      response: {style: rfc6750, scope: 'a\"b'} | extauthz.profiles.reflection.response.scope",
        "calls: false | calls: false%n      match: {hosts: ['a b']} | extauthz.profiles.reflection.match.hosts[0]",
        "calls: false | calls: false%n      match: {hosts: ['*']} | extauthz.profiles.reflection.match.hosts[0]",
        "calls: false | calls: false%n      match: {path_prefixes: [api]} | extauthz.profiles.reflection.match.path_prefixes[0]",
        "calls: false | calls: false%n      match: {path_prefixes: [/a%20b]} | extauthz.profiles.reflection.match.path_prefixes[0]",
      })
  void aBrokenRuleIsReportedWithItsKey(String good, String bad, String key) {
    String text = GOOD.replace(good, bad.replace("%n", "\n"));

    assertThat(text).isNotEqualTo(GOOD);
    assertThat(problems(text)).anyMatch(problem -> problem.contains(key));
  }

  @Test
  void aProfileMaySayThatItAsksNobodyIfAPolicyDecides() throws Exception {
    String anonymous =
        GOOD.replace(
            "reflection:",
            "public:\n      authentication: {validationMode: Anonymous}\n    reflection:");
    int policy = anonymous.indexOf("rego_policy");

    assertThat(load(anonymous).section().profiles()).containsKey("public");
    assertThat(
            problems(
                anonymous.substring(0, policy)
                    + anonymous.substring(anonymous.indexOf("extauthz:"))))
        .anyMatch(problem -> problem.contains("extauthz.profiles.public.policy.file"))
        .noneMatch(problem -> problem.contains("public.authentication"));
  }

  @Test
  void twoProfilesCannotClaimTheSameRequests() {
    String text =
        GOOD.replace(
                "default:\n      authentication",
                "default:\n      match: {hosts: [a.org, B.org], path_prefixes: [/x]}\n      authentication")
            .replace(
                "calls: false",
                "calls: false\n      match: {hosts: [b.org], path_prefixes: [/x/]}");

    assertThat(problems(text)).singleElement().asString().contains("reflection.match");
  }

  @Test
  void keysMustBeEitherLocalOrRemote() {
    String remote = "remote:\n                url: https://id.example.com/jwks";
    String local = "local: {inline: '" + TestKeys.jwks(TestKeys.P256) + "'}";
    String none = GOOD.replace("jwks:\n              " + remote, "jwks: {}");
    String both = GOOD.replace(remote, remote + "\n              " + local);

    assertThat(problems(none)).anyMatch(p -> p.contains("providers[0].jwks"));
    assertThat(problems(both)).anyMatch(p -> p.contains("providers[0].jwks"));
  }

  @Test
  void unusableInlineKeysAreAProblem() {
    String text = GOOD.replace(TestKeys.jwks(TestKeys.P256), "{\"keys\":[]}");

    assertThat(problems(text)).anyMatch(p -> p.contains("jwks.local.inline"));
  }

  @Test
  void withoutAnythingEveryInsecurityIsReportedAtOnce() {
    assertThat(problems("extauthz: {}"))
        .hasSize(3)
        .anyMatch(p -> p.contains("extauthz.tls"))
        .anyMatch(p -> p.contains("jwks_uri"))
        .anyMatch(p -> p.contains("rego_policy"));
  }

  @Test
  void allowInsecureAcceptsThemAll() throws Exception {
    assertThat(load("allow_insecure: true\nextauthz: {}").section().profiles()).isEmpty();
  }

  @Test
  void upstreamsKeysAreEnoughForADefaultProfile() throws Exception {
    String text =
        """
        rego_policy: "package helmgate.authz\\nallow := true"
        jwks_uri: https://id.example.com/jwks
        extauthz:
          tls: {cert_file: a, key_file: b, client_ca_file: c, client_sans: [d]}
        """;

    assertThat(load(text).section().profiles()).isEmpty();
  }

  @Test
  void oneUrlHasOneCacheDuration() {
    String local = "local:\n                inline: '" + TestKeys.jwks(TestKeys.P256) + "'";
    String text =
        GOOD.replace(local, "remote: {url: 'https://id.example.com/jwks', cacheDuration: 1m}");

    assertThat(problems(text)).anyMatch(p -> p.contains("cacheDuration"));
  }

  @Test
  void theDocumentListsEveryKey() throws IOException {
    String document = Files.readString(Path.of("../docs/configuration.md"));

    assertThat(
            ConfigReference.missingRows(
                ConfigReference.sectionRows("extauthz", ExtAuthzConfig.class.getClassLoader()),
                document))
        .isEmpty();
  }

  private List<String> problems(String text) {
    InvalidConfigException invalid =
        catchThrowableOfType(InvalidConfigException.class, () -> load(text));
    assertThat(invalid).isNotNull();
    return invalid.problems().stream().map(Object::toString).toList();
  }

  private Loaded<ExtAuthzConfig> load(String text) throws IOException, InvalidConfigException {
    Path file = directory.resolve("helmgate.yaml");
    Files.writeString(file, text);
    return ConfigLoader.load(file, Map.of(), "extauthz", ExtAuthzConfig.class);
  }
}
