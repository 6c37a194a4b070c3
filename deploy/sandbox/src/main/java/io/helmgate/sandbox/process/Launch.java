package io.helmgate.sandbox.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a server is started.
 *
 * @param environment added to this process's own
 * @param log takes both output streams, appended
 */
public record Launch(String name, List<String> command, Map<String, String> environment, Path log) {
  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
