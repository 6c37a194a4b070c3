package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The calls that the README shows, run as they stand there. */
final class ReadmeIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final Pattern SHELL_BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final String RUN_DIRECTORY = "deploy/sandbox/target/run";

  @Test
  void theCallsOfTheReadmeWork() throws IOException {
    var script =
        shellBlocks(HELMGATE.root().resolve("README.md")).stream()
            .collect(Collectors.joining("\n", "set -euo pipefail\n", ""))
            .replace(RUN_DIRECTORY, HELMGATE.runDirectory().toString());

    var output = HELMGATE.shell(script);

    assertThat(output)
        .contains("\"status\":\"deployed\"")
        .contains("\"version\":\"0.2.0\"")
        .contains("\"status\": \"superseded\"")
        .contains("Rollback to 1")
        .contains("403");
    assertThat(HELMGATE.helmJson("list", "-a", "-n", "team-a", "--filter", "^web$")).isEmpty();
  }

  private static List<String> shellBlocks(Path file) throws IOException {
    var blocks = new ArrayList<String>();
    var matcher = SHELL_BLOCK.matcher(Files.readString(file));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }
}
