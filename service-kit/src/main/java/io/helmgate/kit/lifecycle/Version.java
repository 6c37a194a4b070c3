package io.helmgate.kit.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What runs.
 *
 * @param version of the build, such as {@code 0.1.0}
 * @param java version of the virtual machine
 */
public record Version(String version, String java) {

  /** The version that the build wrote into this module. */
  public static Version current() {
    try (InputStream stream = Version.class.getResourceAsStream("/helmgate/version.properties")) {
      Properties properties = new Properties();
      properties.load(stream);
      return new Version(
          properties.getProperty("version", "unknown"), Runtime.version().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("helmgate/version.properties", e);
    }
  }
}
