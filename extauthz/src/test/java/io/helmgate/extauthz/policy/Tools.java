package io.helmgate.extauthz.policy;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests find the tools that the checkout builds. */
public final class Tools {

  private Tools() {}

  /** The real {@code opa}; a test that needs it fails without it. */
  public static Path opa() {
    return program("opa");
  }

  /** A real program; a test that needs it fails without it. */
  public static Path program(String name) {
    Path ofCheckout = Path.of(System.getProperty("basedir", "."), "..", ".tools");
    String tools = System.getProperty("helmgate.tools", ofCheckout.toString());
    Path program = Path.of(tools, "bin", name).toAbsolutePath().normalize();
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(
          program
              + " is missing: these tests need the real "
              + name
              + ", which `make test` builds");
    }
    return program;
  }
}
