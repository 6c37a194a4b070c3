package io.helmgate.extauthz;

import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.policy.Tools;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.lifecycle.Version;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/** extauthz on loopback without TLS, with a policy that allows what the token lets through. */
public final class TestApp implements AutoCloseable {

  private final ExtAuthzApp app;

  private TestApp(ExtAuthzApp app) {
    this.app = app;
  }

  /**
   * Starts it.
   *
   * @param profiles YAML below {@code extauthz.profiles}, indented by four
   */
  public static TestApp start(Path directory, String profiles) throws Exception {
    return start(directory, "", profiles);
  }

  /**
   * Starts it.
   *
   * @param keys YAML below {@code extauthz}, indented by two
   */
  public static TestApp start(Path directory, String keys, String profiles) throws Exception {
    Path file = directory.resolve("helmgate.yaml");
    Files.writeString(
        file,
        """
        allow_insecure: true
        rego_policy: "package helmgate.authz\\nallow := true"
        extauthz:
          address: 127.0.0.1:0
          admin_address: 127.0.0.1:0
          opa_file: OPA
          decision_log: {console: false, file: {path: LOG}}
          limits: {rate: {enabled: false}}
        KEYS  profiles:
        """
                .replace("LOG", directory.resolve("decisions.jsonl").toString())
                .replace("OPA", Tools.opa().toString())
                .replace("KEYS", keys)
            + profiles);
    Environment environment =
        new Environment(
            Clock.systemUTC(),
            new SecureRandom(),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            Map.of(),
            new Version("1.2.3", "25"));
    return new TestApp(
        ExtAuthzApp.create(
            ConfigLoader.load(file, Map.of(), "extauthz", ExtAuthzConfig.class), environment));
  }

  public ExtAuthzApp app() {
    return app;
  }

  @Override
  public void close() {
    app.close();
  }
}
