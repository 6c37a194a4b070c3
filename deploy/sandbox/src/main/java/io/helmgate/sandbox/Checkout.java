package io.helmgate.sandbox;

import io.helmgate.sandbox.process.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The source tree that a sandbox is started from. */
public record Checkout(Path root) {

  /** Finds the source tree around the working directory, which Maven sets to the module's. */
  public static Checkout find() {
    Path start = Path.of("").toAbsolutePath();
    for (Path path = start; path != null; path = path.getParent()) {
      if (Files.isDirectory(path.resolve("deploy/sandbox/tools"))) {
        return new Checkout(path);
      }
    }
    throw new SandboxException(start + ": not in a checkout (expected: deploy/sandbox above it)");
  }

  Path tools() {
    return root.resolve(".tools");
  }

  Path run() {
    return root.resolve("deploy/sandbox/target/run");
  }

  Path bootstrap() {
    return root.resolve("deploy/envoy/envoy.yaml");
  }

  Path policy() {
    return root.resolve("deploy/policies/helmgate.rego");
  }

  Path playgroundPolicy() {
    return root.resolve("deploy/policies/playground.rego");
  }

  Path protoset() {
    return root.resolve("proto/target/classes/helmgate/helmgate.protoset");
  }

  Path chart() {
    return root.resolve("deploy/sandbox/src/main/charts/demo");
  }

  Path dist(String service) {
    return root.resolve(service).resolve("target/dist");
  }
}
