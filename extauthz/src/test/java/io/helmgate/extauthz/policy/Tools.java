package io.helmgate.extauthz.policy;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests find the tools that the checkout builds. */
public final class Tools {

  private Tools() {}

  /** The real {@code opa}; a test that needs it fails without it. */
  public static Path opa() {
    Path ofCheckout = Path.of(System.getProperty("basedir", "."), "..", ".tools");
    String tools = System.getProperty("helmgate.tools", ofCheckout.toString());
    Path opa = Path.of(tools, "bin", "opa").toAbsolutePath().normalize();
    if (!Files.isExecutable(opa)) {
      throw new IllegalStateException(
          opa + " is missing: these tests need the real opa, which `make test` builds");
    }
    return opa;
  }
}
