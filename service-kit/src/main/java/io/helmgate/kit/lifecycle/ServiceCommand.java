package io.helmgate.kit.lifecycle;

import io.helmgate.kit.config.Loaded;
import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Something that a service's program can do instead of serving. */
public interface ServiceCommand<T> {

  /** Its name, description, options and parameters; {@code --config} and help are added. */
  CommandSpec spec();

  /**
   * Does it.
   *
   * @param arguments what was given to {@link #spec}
   * @param out for results
   * @param err for what went wrong
   * @return the exit code; not {@link ServiceRunner#USAGE} or {@link ServiceRunner#CONFIGURATION}
   * @throws Exception when it cannot be done: its message is shown, and the process ends with 1
   */
  int run(
      Loaded<T> config,
      ParseResult arguments,
      ServiceContext context,
      PrintStream out,
      PrintStream err)
      throws Exception;
}
