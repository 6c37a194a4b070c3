package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.release.Caller;
import io.helmgate.kit.call.Call;
import java.util.Map;

/** Executes the calls of one service, or of several. */
@FunctionalInterface
public interface Calls {

  /**
   * Executes a call.
   *
   * @return the whole response, whatever view the request asks for
   * @throws IllegalArgumentException for a method that the service does not have
   */
  Reply execute(Caller caller, Call call);

  /** Those of several services, by their full names. */
  static Calls of(Map<String, Calls> services) {
    var known = Map.copyOf(services);
    return (caller, call) -> {
      var service = known.get(call.service());
      if (service == null) {
        throw new IllegalArgumentException("no such service: " + call.service());
      }
      return service.execute(caller, call);
    };
  }
}
