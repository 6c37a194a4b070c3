package io.helmgate.deployer.release;

import io.helmgate.deployer.values.ValuePath;
import io.helmgate.deployer.values.Values;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.deployer.values.ValuesRequest.Kind;
import io.helmgate.deployer.values.ValuesRequest.Single;
import io.helmgate.deployer.values.ValuesRequest.Source;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the values of one request, as one caller. */
final class ValuesResolution {

  private final ValuesSource cluster;
  private final Caller caller;
  private final String namespace;
  private final Set<ValuePath> secret = new LinkedHashSet<>();
  private Map<String, @Nullable Object> values = new LinkedHashMap<>();

  private ValuesResolution(ValuesSource cluster, Caller caller, String namespace) {
    this.cluster = cluster;
    this.caller = caller;
    this.namespace = namespace;
  }

  static Outcome<Values> of(
      ValuesSource cluster, Caller caller, String namespace, ValuesRequest request) {
    return new ValuesResolution(cluster, caller, namespace).resolve(request);
  }

  private Outcome<Values> resolve(ValuesRequest request) {
    for (Map<String, @Nullable Object> layer : request.layers()) {
      values = Values.merge(values, layer);
    }
    for (int i = 0; i < request.sources().size(); i++) {
      if (add(request.sources().get(i), "values_from[" + i + "]")
          instanceof Outcome.Failure<Source>(Reason reason, String message, var violations)) {
        return new Outcome.Failure<>(reason, message, violations);
      }
    }
    for (int i = 0; i < request.singles().size(); i++) {
      Single single = request.singles().get(i);
      Optional<ValuePath> obstacle = single.path().set(values, single.value());
      if (obstacle.isPresent()) {
        return blocked("set[" + i + "].path", obstacle.get());
      }
    }
    return Outcome.success(new Values(values, secret));
  }

  private Outcome<Source> add(Source source, String field) {
    return cluster
        .text(caller, namespace, source)
        .flatMap(
            found -> {
              if (found.isPresent()) {
                return add(source, field, found.get());
              }
              return source.optional()
                  ? Outcome.success(source)
                  : Outcome.failure(
                      Reason.FAILED_PRECONDITION,
                      "%s: %s %s has no key %s in namespace %s"
                          .formatted(field, label(source), source.name(), source.key(), namespace));
            });
  }

  private Outcome<Source> add(Source source, String field, String text) {
    if (source.target().isPresent()) {
      ValuePath target = source.target().get();
      Optional<ValuePath> obstacle = target.set(values, text);
      if (obstacle.isPresent()) {
        return blocked(field + ".target_path", obstacle.get());
      }
      keepSecret(source, List.of(target));
      return Outcome.success(source);
    }
    Optional<Map<String, @Nullable Object>> layer = cluster.parse(text);
    if (layer.isEmpty()) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          "%s: key %s of %s %s is no YAML mapping of values"
              .formatted(field, source.key(), label(source), source.name()));
    }
    values = Values.merge(values, layer.get());
    keepSecret(source, ValuePath.leaves(layer.get()));
    return Outcome.success(source);
  }

  private void keepSecret(Source source, List<ValuePath> paths) {
    if (source.kind() == Kind.SECRET) {
      secret.addAll(paths);
    }
  }

  private static String label(Source source) {
    return switch (source.kind()) {
      case SECRET -> "Secret";
      case CONFIG_MAP -> "ConfigMap";
    };
  }

  private static <T> Outcome<T> blocked(String field, ValuePath obstacle) {
    String what = "leads through %s, which is no map or list as it expects".formatted(obstacle);
    return Outcome.invalid(field + ": " + what, List.of(new Violation(field, what)));
  }
}
