package io.helmgate.kit.lifecycle;

import io.helmgate.kit.config.Loaded;
import java.util.List;

/**
 * What the runner must know of a service.
 *
 * @param name of the command
 * @param section its section in {@code helmgate.yaml}
 * @param configuration record of that section
 * @param start starts it
 * @param commands what its program can do besides
 */
public record ServiceDefinition<T>(
    String name,
    String section,
    Class<T> configuration,
    Start<T> start,
    List<ServiceCommand<T>> commands) {

  public ServiceDefinition {
    commands = List.copyOf(commands);
  }

  /** A service whose program only serves. */
  public ServiceDefinition(String name, String section, Class<T> configuration, Start<T> start) {
    this(name, section, configuration, start, List.of());
  }

  /** Starts a service: makes all objects and opens all ports. */
  @FunctionalInterface
  public interface Start<T> {

    /**
     * Starts; what was opened is closed again when it fails.
     *
     * @throws Exception when a part cannot start: logged, and the process ends with 1
     */
    RunningService start(Loaded<T> config, ServiceContext context) throws Exception;
  }
}
