package io.helmgate.deployer.yaml;

import java.io.IOException;
import java.io.Serial;

/** A text is no YAML that Helm reads, or too much of it; the message says why, and none of it. */
public final class NoYamlException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  NoYamlException(String message) {
    super(message);
  }
}
