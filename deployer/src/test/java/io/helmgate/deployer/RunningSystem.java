package io.helmgate.deployer;

import io.helmgate.deployer.release.HelmReleases;
import io.helmgate.deployer.release.ReleasePorts;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A deployer without its transports on the sandbox's cluster, for the tests of a class. */
public final class RunningSystem implements BeforeAllCallback, AfterAllCallback {
  private @Nullable HelmSystem system;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    Path directory = Files.createTempDirectory("helm-system-");
    system = HelmSystem.start(SharedSandbox.get(), directory);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    system().close();
  }

  public HelmSystem system() {
    return Objects.requireNonNull(system, "started before all tests");
  }

  public HelmReleases releases() {
    return system().releases();
  }

  public ReleasePorts ports() {
    return system().ports();
  }

  public Cli helm() {
    return SharedSandbox.get().cluster().helm();
  }

  public Cli kubectl() {
    return SharedSandbox.get().cluster().kubectl();
  }
}
