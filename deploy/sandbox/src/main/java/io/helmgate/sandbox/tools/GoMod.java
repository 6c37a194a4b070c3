package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A go.mod file with its go.sum: the versions that a group of Go programs is built from. */
record GoMod(Path directory, String text, String sums) {
  static GoMod read(Path directory) throws IOException {
    return new GoMod(
        directory,
        Files.readString(directory.resolve("go.mod")),
        Files.readString(directory.resolve("go.sum")));
  }

  /** Returns the version of a module without its {@code v}, such as {@code 1.36.3}. */
  String version(String module) {
    Matcher line =
        Pattern.compile("(?m)^(?:require)?\\s+" + Pattern.quote(module) + " v(\\S+)").matcher(text);
    if (!line.find()) {
      throw new IllegalStateException(
          "%s/go.mod: no %s (expected: a line that requires it)".formatted(directory, module));
    }
    return line.group(1);
  }
}
