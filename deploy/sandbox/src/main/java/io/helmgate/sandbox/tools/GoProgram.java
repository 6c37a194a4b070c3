package io.helmgate.sandbox.tools;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program that Go builds.
 *
 * @param name what it is called in the sandbox
 * @param module the module it belongs to
 * @param source its main package, relative to the module
 * @param versionArguments what makes it print its version
 */
record GoProgram(String name, String module, String source, List<String> versionArguments) {
  private static final Pattern MAJOR_VERSION = Pattern.compile("v\\d+");

  static GoProgram of(String name, String module, String source, String... versionArguments) {
    return new GoProgram(name, module, source, List.of(versionArguments));
  }

  String importPath() {
    return source.isEmpty() ? module : module + "/" + source;
  }

  /** Returns the name that Go gives the binary: the last path element that is no major version. */
  String binary() {
    Path path = Path.of(importPath());
    String last = path.getFileName().toString();
    return MAJOR_VERSION.matcher(last).matches()
        ? path.getName(path.getNameCount() - 2).toString()
        : last;
  }

  /** Returns whether the output of a version command names exactly this version. */
  static boolean names(String output, String version) {
    return Pattern.compile("(?<![\\d.])" + Pattern.quote(version) + "(?![\\w.-])")
        .matcher(output)
        .find();
  }
}
