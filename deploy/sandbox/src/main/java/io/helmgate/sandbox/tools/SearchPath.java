package io.helmgate.sandbox.tools;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The directories in which the user's programs are looked for, as PATH lists them. */
record SearchPath(String value) {
  Optional<Path> find(String program) {
    return Arrays.stream(value.split(File.pathSeparator, -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(file -> Files.isExecutable(file) && Files.isRegularFile(file))
        .findFirst();
  }
}
