package io.helmgate.sandbox.tools;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;

/** A program that is run to its end, with its output read line by line. */
record Command(Path directory, Map<String, String> environment, List<String> words) {
  private static final int TAIL = 20;

  static Command in(Path directory, String... words) {
    return new Command(directory, Map.of(), List.of(words));
  }

  Command with(Map<String, String> variables) {
    return new Command(directory, variables, words);
  }

  /** Returns what the program printed, on both streams, without surrounding space. */
  String output() throws IOException, InterruptedException {
    var text = new StringJoiner("\n");
    run(text::add);
    return text.toString().strip();
  }

  /**
   * Runs the program and hands each line of its output to a reader.
   *
   * @throws ToolException when it ends with another code than 0; the message has the last lines
   */
  void run(Consumer<String> reader) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    var end = Thread.ofVirtual().unstarted(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    process.getOutputStream().close();
    var tail = new ArrayDeque<String>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.accept(line);
        tail.add(line);
        if (tail.size() > TAIL) {
          tail.remove();
        }
      }
    }
    int code = process.waitFor();
    if (code != 0) {
      throw new ToolException(
          "%s: ended with %d (expected: 0)%n  %s"
              .formatted(String.join(" ", words), code, String.join("\n  ", tail)));
    }
  }
}
