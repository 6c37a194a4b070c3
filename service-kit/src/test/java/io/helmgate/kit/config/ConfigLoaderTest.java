package io.helmgate.kit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.helmgate.kit.log.LogFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
  private static final String INSECURE = "allow_insecure: true\n";

  @TempDir @Nullable Path directory;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(Path.of(String.valueOf(directory), name), text);
  }

  private Loaded<SampleConfig> load(String yaml, Map<String, String> environment)
      throws IOException, InvalidConfigException {
    return ConfigLoader.load(
        write("helmgate.yaml", yaml), environment, "sample", SampleConfig.class);
  }

  private Loaded<SampleConfig> load(String yaml) throws IOException, InvalidConfigException {
    return load(yaml, Map.of());
  }

  private List<String> problemsOf(String yaml, Map<String, String> environment) throws IOException {
    try {
      load(yaml, environment);
    } catch (InvalidConfigException e) {
      return e.problems().stream()
          .map(problem -> problem.toString().replace(directory + "/", ""))
          .toList();
    }
    return List.of();
  }

  @Test
  void everyKeyHasItsDefault() throws Exception {
    Loaded<SampleConfig> loaded = load(INSECURE);

    assertThat(loaded.common())
        .isEqualTo(
            new CommonConfig(
                8820,
                false,
                "",
                "data.helmgate.authz.allow",
                "v1",
                "",
                List.of(),
                true,
                Duration.ofSeconds(30),
                new LogConfig(LogFormat.JSON, "info")));
    assertThat(loaded.common().adminPort()).isEqualTo(8821);
    assertThat(loaded.section())
        .isEqualTo(
            new SampleConfig(
                "127.0.0.1:9191",
                Duration.ofMillis(1500),
                new ByteSize(1 << 20),
                2,
                0.5,
                SampleConfig.Mode.FAIL_CLOSED,
                null,
                List.of(),
                Map.of(),
                null,
                Map.of()));
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void upstreamsKeysWorkUnchangedWithHelmsSpellingOfRepositories() throws Exception {
    Loaded<SampleConfig> loaded =
        load(
            """
            port: 9000
            debug: true
            rego_policy: |
              package helmgate.authz
              allow = true
            rego_query: data.helmgate.authz.allow
            jwks_uri: https://id.example.com/certs
            repos:
              - name: stable
                url: https://charts.example.com/stable
                username: reader
                password: "007"
                certFile: a.crt
                keyFile: a.key
                caFile: ""
                insecure_skip_tls_verify: true
                pass_credentials_all: true
                allow_private: true
                allowed_hosts: ["objects.example.com:8443"]
                provenance: require
                keyring: charts.gpg
                token_service: {url: "https://auth.example.com/token", token: "008"}
            allow_insecure: true
            """);

    assertThat(loaded.common().port()).isEqualTo(9000);
    assertThat(loaded.common().debug()).isTrue();
    assertThat(loaded.common().regoPolicy()).isEqualTo("package helmgate.authz\nallow = true\n");
    assertThat(loaded.common().jwksUri()).isEqualTo("https://id.example.com/certs");
    assertThat(loaded.common().repos())
        .containsExactly(
            new RepositoryConfig(
                "stable",
                "https://charts.example.com/stable",
                "reader",
                Secret.of("007"),
                "a.crt",
                "a.key",
                "",
                true,
                true,
                true,
                List.of("objects.example.com:8443"),
                List.of(),
                "require",
                "charts.gpg",
                new RepositoryConfig.TokenService(
                    "https://auth.example.com/token", "", Secret.of(""), Secret.of("008"))));
  }

  @Test
  void valuesKeepTheirText() throws Exception {
    SampleConfig sample =
        load(INSECURE
                + """
                    sample:
                      groups: ["CN=a,O=b", "", yes, 007, "12:30", 'a${HOME}b']
                      labels: {org.id: "x", Upper: ""}
                      profiles:
                        default: {cacheDuration: 1h30m, claimsToHeaders: {org.id: x-org}}
                    """)
            .section();

    assertThat(sample.groups()).containsExactly("CN=a,O=b", "", "yes", "007", "12:30", "a${HOME}b");
    assertThat(sample.labels()).isEqualTo(Map.of("org.id", "x", "Upper", ""));
    assertThat(sample.profiles())
        .isEqualTo(
            Map.of(
                "default",
                new SampleConfig.Profile(Duration.ofMinutes(90), Map.of("org.id", "x-org"))));
  }

  @Test
  void variablesOverrideTheFile() throws Exception {
    Loaded<SampleConfig> loaded =
        load(
            "port: 1000\nsample: {retries: 1, groups: [a]}\n",
            Map.of(
                "HELMGATE_PORT", "2000",
                "HELMGATE_ALLOW_INSECURE", "TRUE",
                "HELMGATE_SAMPLE__RETRIES", "5",
                "HELMGATE_SAMPLE__RATIO", "0.25",
                "HELMGATE_SAMPLE__GROUPS", "[b, \"c,d\"]",
                "HELMGATE_SAMPLE__LABELS__TEAM", "",
                "HELMGATE_SAMPLE__PROFILES__MAIN__CACHEDURATION", "1m",
                "HELMGATE_REPOS", "[{name: x, url: 'https://x.example.com', certFile: ''}]",
                "HELMGATE_CONFIG", "anything",
                "HOME", "/root"));

    assertThat(loaded.common().port()).isEqualTo(2000);
    assertThat(loaded.common().repos()).extracting(RepositoryConfig::name).containsExactly("x");
    SampleConfig sample = loaded.section();
    assertThat(sample.retries()).isEqualTo(5);
    assertThat(sample.ratio()).isEqualTo(0.25);
    assertThat(sample.groups()).containsExactly("b", "c,d");
    assertThat(sample.labels()).isEqualTo(Map.of("team", ""));
    assertThat(sample.profiles().keySet()).containsExactly("main");
  }

  @Test
  void wrongVariablesAreReportedByTheirNames() throws Exception {
    assertThat(
            problemsOf(
                INSECURE,
                Map.of(
                    "HELMGATE_PORT", "http",
                    "HELMGATE_SAMPLE__ADRESS", "x",
                    "HELMGATE_SAMPLE__RETRIES", "9",
                    "HELMGATE_SAMPLE__TOKEN", "short",
                    "HELMGATE_SAMPLE__TLS__KEY_PASSWORD", "hunter2",
                    "HELMGATE_REPOS", "[{name: 'a/b', password: 5}]",
                    "HELMGATE_SAMPLE__GROUPS", "[a",
                    "HELMGATE_WHATEVER", "x",
                    "HELMGATE_DEPLOYER__ANYTHING", "not ours")))
        .containsExactly(
            "HELMGATE_PORT: port: \"http\" (expected: a whole number from 0 to 65534)",
            "HELMGATE_REPOS: repos[0].name: \"a/b\" (expected: a name of letters, digits, '.', '_'"
                + " and '-')",
            "HELMGATE_REPOS: repos[0].password: *** (expected: text; write it in quotes)",
            "HELMGATE_REPOS: repos[0].url: not set (expected: a URL that begins with https://, http://"
                + " or oci://)",
            "HELMGATE_SAMPLE__ADRESS: sample.adress: *** (unknown key; did you mean"
                + " HELMGATE_SAMPLE__ADDRESS?)",
            "HELMGATE_SAMPLE__GROUPS: sample.groups: not YAML in column 3 (found: a quote or"
                + " bracket that is never closed)",
            "HELMGATE_SAMPLE__RETRIES: sample.retries: \"9\" (expected: a whole number from 0 to 5)"
                .replace("\"9\"", "9"),
            "HELMGATE_SAMPLE__TLS__KEY_PASSWORD: sample.tls.certificate: not set (expected: text"
                + " that is not empty)",
            "HELMGATE_SAMPLE__TOKEN: sample.token: *** (expected: text of at least 8 characters)",
            "HELMGATE_WHATEVER: whatever: *** (unknown key)");
  }

  @Test
  void secretsComeFromFilesByVariableOrByKey() throws Exception {
    Path token = write("token", "from-a-file\n");
    Path password = write("password", "second");

    Loaded<SampleConfig> loaded =
        load(
            """
            repos:
              - {name: a, url: "https://a.example.com", password_file: "%s"}
            sample:
              token: from-the-yaml
            """
                .formatted(password),
            Map.of("HELMGATE_SAMPLE__TOKEN_FILE", token.toString()));

    assertThat(loaded.section().token()).isEqualTo(Secret.of("from-a-file"));
    assertThat(loaded.common().repos().getFirst().password()).isEqualTo(Secret.of("second"));
    assertThat(loaded.effective()).contains("sample.token: *** (HELMGATE_SAMPLE__TOKEN_FILE)");
  }

  @Test
  void secretFilesThatCannotBeUsedAreReported() throws Exception {
    Path binary = Path.of(String.valueOf(directory), "binary");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe});

    assertThat(
            problemsOf(
                """
                repos:
                  - {name: a, url: "https://a.example.com", password_file: /nowhere/at/all}
                  - {name: b, url: "https://b.example.com", password_file: %s}
                  - {name: c, url: "https://c.example.com", password_file: 5}
                """
                    .formatted(binary),
                Map.of(
                    "HELMGATE_SAMPLE__TOKEN", "long-enough", "HELMGATE_SAMPLE__TOKEN_FILE", "x")))
        .containsExactly(
            "helmgate.yaml:2: repos[0].password_file: \"/nowhere/at/all\" (expected: a file that"
                + " can be read)",
            "helmgate.yaml:3: repos[1].password_file: \"binary\" (expected: a file with UTF-8"
                + " text)",
            "helmgate.yaml:4: repos[2].password_file: 5 (expected: the path of a file)",
            "HELMGATE_SAMPLE__TOKEN_FILE: sample.token_file: \"x\" (expected: not both token and"
                + " it)");
  }

  @Test
  void variablesThatKubernetesSetsForServicesAreIgnoredWithOneWarning() throws Exception {
    Loaded<SampleConfig> loaded =
        load(
            INSECURE,
            Map.of(
                "HELMGATE_PORT", "tcp://10.0.0.1:8820",
                "HELMGATE_SERVICE_HOST", "10.0.0.1",
                "HELMGATE_SERVICE_PORT", "8820",
                "HELMGATE_SERVICE_PORT_GRPC", "8820",
                "HELMGATE_PORT_8820_TCP", "tcp://10.0.0.1:8820",
                "HELMGATE_PORT_8820_TCP_PROTO", "tcp",
                "HELMGATE_PORT_8820_TCP_PORT", "8820",
                "HELMGATE_PORT_8820_TCP_ADDR", "10.0.0.1",
                "HELMGATE_EXTAUTHZ_SERVICE_HOST", "10.0.0.2"));

    assertThat(loaded.common().port()).isEqualTo(8820);
    assertThat(loaded.warnings())
        .containsExactly(
            "environment variables that Kubernetes sets for a Service are ignored:"
                + " HELMGATE_EXTAUTHZ_SERVICE_HOST, HELMGATE_PORT, HELMGATE_PORT_8820_TCP,"
                + " HELMGATE_PORT_8820_TCP_ADDR, HELMGATE_PORT_8820_TCP_PORT,"
                + " HELMGATE_PORT_8820_TCP_PROTO, HELMGATE_SERVICE_HOST, HELMGATE_SERVICE_PORT,"
                + " HELMGATE_SERVICE_PORT_GRPC (enableServiceLinks: false in the pod keeps them"
                + " away)");
  }

  @Test
  void sectionsOfOtherServicesAreAcceptedUnread() throws Exception {
    Loaded<SampleConfig> loaded =
        load(INSECURE + "extauthz: {anything: [goes]}\ndeployer:\ngateway: {}\ncoordinator: {}\n");

    assertThat(loaded.effective()).doesNotContain("anything");
  }

  @Test
  void emptyMappingsAndListsAreEmptyNotWrong() throws Exception {
    Loaded<SampleConfig> loaded =
        load(INSECURE + "repos:\nlog:\nsample:\n  groups:\n  profiles:\n    main:\n");

    assertThat(loaded.section().profiles().keySet()).containsExactly("main");
    assertThat(loaded.common().log().level()).isEqualTo("info");
  }

  @Test
  void theEffectiveConfigurationNamesEachOriginAndMasksSecrets() throws Exception {
    Loaded<SampleConfig> loaded =
        load(
            """
            port: 8000
            repos:
              - name: a
                url: https://a.example.com
                password: hunter2
            sample:
              token: very-secret-token
            """,
            Map.of("HELMGATE_SAMPLE__RETRIES", "0"));

    assertThat(loaded.effective().replace(directory + "/", ""))
        .contains("port: 8000 (helmgate.yaml:1)\n")
        .contains("repos[0].password: *** (helmgate.yaml:5)\n")
        .contains("sample.token: *** (helmgate.yaml:7)\n")
        .contains("sample.retries: 0 (HELMGATE_SAMPLE__RETRIES)\n")
        .contains("log.level: \"info\" (default)")
        .doesNotContain("hunter2")
        .doesNotContain("very-secret-token");
    assertThat(loaded.toString()).doesNotContain("hunter2").doesNotContain("very-secret-token");
  }

  @Test
  void aMissingFileIsReported() {
    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(
            () ->
                ConfigLoader.load(
                    Path.of("/nowhere/helmgate.yaml"), Map.of(), "sample", SampleConfig.class))
        .withMessage(
            "1 problem in the configuration:\n"
                + "  /nowhere/helmgate.yaml: not found (expected: a file)");
  }

  @Test
  void aFileThatIsNoTextIsReported() throws Exception {
    Path file = Path.of(String.valueOf(directory), "helmgate.yaml");
    Files.write(file, "port: \u00e4".getBytes(StandardCharsets.ISO_8859_1));

    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(() -> ConfigLoader.load(file, Map.of(), "sample", SampleConfig.class))
        .withMessageEndingWith("other than UTF-8 (expected: UTF-8 text)");
  }

  @ParameterizedTest
  @CsvSource({"30s, 30000", "1500ms, 1500", "5m, 300000", "1h, 3600000", "1h30m, 5400000", "0s, 0"})
  void durationsAreReadInTheFormOfKubernetes(String text, long milliseconds) {
    assertThat(TimeSpan.parse(text)).isEqualTo(Duration.ofMillis(milliseconds));
  }

  @ParameterizedTest
  @CsvSource({"1B, 1", "64KiB, 65536", "1MiB, 1048576", "2GiB, 2147483648"})
  void sizesAreReadInBinaryUnits(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
  }
}
