package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.sandbox.process.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/extauthz.md}, run as they stand there but on free ports. */
final class QuickstartIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern SHELL_BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final List<String> PORTS = List.of("10000", "8080", "9191", "9192");
  private static final String BUILD = "make package\n";
  private static final String FILES = "QUICKSTART=$PWD/deploy/quickstart\n";

  @TempDir private Path directory;

  @Test
  void theQuickstartWorks() throws Exception {
    String document = Files.readString(ROOT.resolve("docs/extauthz.md"));
    assertThat(document).contains(BUILD, FILES);
    String commands =
        SHELL_BLOCK
            .matcher(document)
            .results()
            .map((MatchResult block) -> block.group(1))
            .collect(Collectors.joining("\n"))
            .replace(BUILD, "")
            .replace(FILES, "QUICKSTART=" + directory + "\n");
    String envoy = Files.readString(ROOT.resolve("deploy/quickstart/envoy.yaml"));
    Ports ports = new Ports(new SecureRandom());
    for (String port : PORTS) {
      String free = String.valueOf(ports.free());
      commands = commands.replaceAll("\\b" + port + "\\b", free);
      envoy = envoy.replaceAll("port_value: " + port + "\\b", "port_value: " + free);
    }
    Files.writeString(directory.resolve("envoy.yaml"), envoy);
    for (String file : List.of("Echo.java", "policy.rego")) {
      Files.copy(ROOT.resolve("deploy/quickstart").resolve(file), directory.resolve(file));
    }

    assertThat(shell(commands))
        .contains("HTTP/1.1 401 Unauthorized", "Jwt is missing")
        .contains("\"x-user\":[\"alice\"]")
        .doesNotContain("\"authorization\":")
        .contains("403\n200\n403\n")
        .contains("reason=\"token_missing\"");
  }

  private String shell(String commands) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    String script =
        "set -euo pipefail\ntrap 'kill ${STARTED:-} 2> /dev/null || true' EXIT\n"
            + commands
            + "\nwait\n";
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", script)
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    String java = System.getProperty("java.home");
    builder.environment().put("JAVA_HOME", java);
    builder.environment().merge("PATH", java + "/bin:", (path, first) -> first + path);
    builder.environment().put("TMPDIR", directory.toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      String printed = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(process.exitValue()).as(printed).isZero();
      return printed;
    } finally {
      // The shell ends what it started.
      process.destroy();
    }
  }
}
