package io.helmgate.kit.lifecycle;

import java.util.Map;

/**
 * What the process gives to a service.
 *
 * @param environment variables
 * @param signals to install again where native code took them away, or to ask for a stop
 * @param version what runs
 */
public record ServiceContext(Map<String, String> environment, Signals signals, Version version) {

  public ServiceContext {
    environment = Map.copyOf(environment);
  }
}
