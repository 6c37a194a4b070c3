package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tools that are made together, by one ecosystem's means. */
interface ToolGroup {
  String name();

  /** Returns what the group can make: paths below {@code .tools}. */
  Set<String> artifacts();

  /** Returns a sentence for each thing that is needed to make the tools and is missing here. */
  List<String> missing() throws IOException, InterruptedException;

  /** Makes what is asked for unless it exists, and returns where each thing is. */
  Map<String, Path> install(Set<String> wanted, Progress progress)
      throws IOException, InterruptedException;
}
