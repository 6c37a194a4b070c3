package io.helmgate.kit.call;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The closed table of REST routes. */
final class RestRoutes {

  /**
   * A route that a path fits.
   *
   * @param binding the route
   * @param segments the path's segments, without the verb
   */
  record Match(RestBinding binding, List<String> segments) {}

  private final List<RestBinding> bindings;

  private RestRoutes(List<RestBinding> bindings) {
    this.bindings = bindings;
  }

  /**
   * The table.
   *
   * @param reserved paths that are decoded in another way
   * @throws IllegalArgumentException if some path fits two routes of one method, or is reserved
   */
  static RestRoutes of(List<RestBinding> bindings, Collection<String> reserved) {
    for (int i = 0; i < bindings.size(); i++) {
      checkReserved(bindings.get(i), reserved);
      for (RestBinding other : bindings.subList(i + 1, bindings.size())) {
        RestBinding binding = bindings.get(i);
        if (binding.httpMethod().equals(other.httpMethod())
            && binding.template().overlaps(other.template())) {
          throw new IllegalArgumentException(
              "google.api.http: %s and %s share a path (expected: distinct paths)"
                  .formatted(binding.rpc().path(), other.rpc().path()));
        }
      }
    }
    return new RestRoutes(List.copyOf(bindings));
  }

  private static void checkReserved(RestBinding binding, Collection<String> reserved) {
    for (String path : reserved) {
      if (binding.template().overlaps(PathTemplate.parse(path))) {
        throw new IllegalArgumentException(
            "google.api.http: %s takes path %s (expected: another one)"
                .formatted(binding.rpc().path(), path));
      }
    }
  }

  Match find(String method, RequestTarget target) throws RefusedException {
    List<String> segments = target.segments();
    String verb = "";
    // A raw colon in the last segment always begins a verb; one that is data is sent as %3A.
    int colon = segments.getLast().lastIndexOf(':');
    if (colon >= 0) {
      verb = segments.getLast().substring(colon + 1);
      segments = new ArrayList<>(segments);
      segments.set(segments.size() - 1, segments.getLast().substring(0, colon));
    }
    boolean known = false;
    for (RestBinding binding : bindings) {
      if (binding.template().matches(segments, verb)) {
        if (binding.httpMethod().equals(method)) {
          return new Match(binding, segments);
        }
        known = true;
      }
    }
    throw known
        ? new RefusedException(
            Refusal.METHOD_NOT_ALLOWED, "method: %s is not allowed here".formatted(method))
        : new RefusedException(Refusal.UNKNOWN_ROUTE, "path: no such route");
  }
}
