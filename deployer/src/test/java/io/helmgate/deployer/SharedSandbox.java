package io.helmgate.deployer;

import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Component;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One cluster and one chart repository for all tests of this JVM; it ends with the JVM. */
public final class SharedSandbox {
  /** Made when the class is first used. */
  private static final Sandbox SANDBOX = start();

  private SharedSandbox() {}

  public static Sandbox get() {
    return SANDBOX;
  }

  private static Sandbox start() {
    try {
      Sandbox sandbox =
          Sandbox.start(
              SandboxOptions.in(Checkout.find())
                  .run(Files.createTempDirectory("helmgate-deployer-it"))
                  .only(Component.CLUSTER, Component.CHARTS));
      for (String chart :
          new String[] {
            "hooked",
            "checked",
            "slow",
            "held",
            "mixed",
            "defined",
            "tested",
            "whole",
            "unseen",
            "computed",
            "rights",
            "job"
          }) {
        sandbox.charts().add(Path.of("src/test/charts").resolve(chart).toAbsolutePath(), "1.0.0");
      }
      return sandbox;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
