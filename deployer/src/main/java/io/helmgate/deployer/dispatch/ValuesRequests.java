package io.helmgate.deployer.dispatch;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.helmgate.deployer.values.ValuePath;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.SetValue;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import io.helmgate.proto.deployer.v1.ValuesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a request of {@code helmgate.deployer.v1} says about values. */
final class ValuesRequests {

  private static final String DEFAULT_KEY = "values.yaml";

  private ValuesRequests() {}

  static Optional<ValuesRequest> read(InstallReleaseRequest request, FieldRules rules) {
    return read(
        request.hasValues() ? Optional.of(request.getValues()) : Optional.empty(),
        request.getLayersList(),
        request.getValuesFromList(),
        request.getSetList(),
        rules);
  }

  static Optional<ValuesRequest> read(UpgradeReleaseRequest request, FieldRules rules) {
    return read(
        request.hasValues() ? Optional.of(request.getValues()) : Optional.empty(),
        request.getLayersList(),
        request.getValuesFromList(),
        request.getSetList(),
        rules);
  }

  /** Empty when it says nothing. */
  private static Optional<ValuesRequest> read(
      Optional<Struct> values,
      List<Struct> layers,
      List<ValuesSource> sources,
      List<SetValue> singles,
      FieldRules rules) {
    List<Map<String, @Nullable Object>> read = new ArrayList<>();
    values.ifPresent(each -> read.add(StructValues.read(each, "values", rules)));
    for (int i = 0; i < layers.size(); i++) {
      read.add(StructValues.read(layers.get(i), "layers[" + i + "]", rules));
    }
    List<ValuesRequest.Source> from = new ArrayList<>();
    for (ValuesSource source : sources) {
      from.add(source(source, "values_from[" + from.size() + "].", rules));
    }
    List<ValuesRequest.Single> set = new ArrayList<>();
    for (SetValue single : singles) {
      set.add(single(single, "set[" + set.size() + "].", rules));
    }
    return read.isEmpty() && from.isEmpty() && set.isEmpty()
        ? Optional.empty()
        : Optional.of(new ValuesRequest(read, from, set));
  }

  private static ValuesRequest.Source source(ValuesSource source, String prefix, FieldRules rules) {
    rules.objectName(prefix + "name", source.getName());
    String key = source.getKey().isEmpty() ? DEFAULT_KEY : source.getKey();
    rules.dataKey(prefix + "key", key);
    Optional<ValuePath> target =
        source.getTargetPath().isEmpty()
            ? Optional.empty()
            : Optional.of(path(prefix + "target_path", source.getTargetPath(), rules));
    ValuesRequest.Kind kind =
        switch (source.getKind()) {
          case VALUES_SOURCE_KIND_SECRET -> ValuesRequest.Kind.SECRET;
          case VALUES_SOURCE_KIND_CONFIG_MAP -> ValuesRequest.Kind.CONFIG_MAP;
          case VALUES_SOURCE_KIND_UNSPECIFIED, UNRECOGNIZED -> {
            rules.violated(prefix + "kind", "is missing (expected: a Secret or a ConfigMap)");
            yield ValuesRequest.Kind.SECRET;
          }
        };
    return new ValuesRequest.Source(kind, source.getName(), key, target, source.getOptional());
  }

  private static ValuesRequest.Single single(SetValue single, String prefix, FieldRules rules) {
    ValuePath path = path(prefix + "path", single.getPath(), rules);
    if (!single.hasValue()) {
      rules.violated(prefix + "value", "is missing (expected: a JSON value, null to remove it)");
      return new ValuesRequest.Single(path, null);
    }
    Value value = single.getValue();
    return new ValuesRequest.Single(path, StructValues.read(value, prefix + "value", rules));
  }

  private static ValuePath path(String field, String text, FieldRules rules) {
    Optional<ValuePath> path = ValuePath.parse(text);
    if (path.isEmpty()) {
      rules.violated(field, "is no path of a value (expected: such as a.b[0].c)");
    }
    return path.orElse(ValuePath.ROOT);
  }
}
