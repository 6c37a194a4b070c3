package io.helmgate.deployer.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.helmgate.deployer.audit.AuditTarget;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.HistoryFilter;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says what a request is about. */
final class AuditTargets {

  private static final ObjectWriter SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build().writer();

  /** Where resource names of releases have what. */
  private static final int CLUSTER = 1;

  private static final int NAMESPACE = 3;

  private static final int RELEASE = 5;

  private AuditTargets() {}

  /**
   * What a request is about.
   *
   * @param facade the cluster of requests that name none
   */
  static AuditTarget of(Message request, String facade) {
    return switch (request) {
      case AppRef ref -> target(facade, ref.getNamespace(), ref.getName());
      case HistoryFilter filter ->
          target(facade, filter.getRef().getNamespace(), filter.getRef().getName());
      case AppFilter filter -> target(facade, filter.getNamespace(), "");
      case AppInput input ->
          new AuditTarget(
              facade,
              input.getNamespace(),
              input.getAppName(),
              input.getChart(),
              input.getVersion(),
              valuesDigest(input));
      case InstallReleaseRequest install ->
          new AuditTarget(
              part(install.getParent(), CLUSTER),
              part(install.getParent(), NAMESPACE),
              install.getReleaseId(),
              install.getChart(),
              install.getVersion(),
              valuesDigest(install));
      case UpgradeReleaseRequest upgrade ->
          new AuditTarget(
              part(upgrade.getName(), CLUSTER),
              part(upgrade.getName(), NAMESPACE),
              part(upgrade.getName(), RELEASE),
              upgrade.getChart(),
              upgrade.getVersion(),
              valuesDigest(upgrade));
      default -> {
        var name = text(request, "name") + text(request, "parent");
        yield name.startsWith("repositories/")
            ? chart(name)
            : target(part(name, CLUSTER), part(name, NAMESPACE), part(name, RELEASE));
      }
    };
  }

  private static AuditTarget target(String cluster, String namespace, String release) {
    return new AuditTarget(cluster, namespace, release, "", "", "");
  }

  /** Of a repository the part before the slash is shown alone. */
  private static AuditTarget chart(String name) {
    return new AuditTarget("", "", "", part(name, 1) + "/" + part(name, 3), part(name, 5), "");
  }

  private static String text(Message request, String name) {
    var field = request.getDescriptorForType().findFieldByName(name);
    return field != null && request.getField(field) instanceof String text ? text : "";
  }

  /** A part of a resource name. */
  private static String part(String name, int index) {
    var parts = name.split("/", -1);
    return parts.length > index ? parts[index] : "";
  }

  private static String valuesDigest(AppInput input) {
    if (input.hasValues()) {
      return digest(input.getValues());
    }
    return input.getConfigCount() == 0 ? "" : digest(input.getConfigMap());
  }

  /** Of all that a request says about values, references by their names. */
  private static String valuesDigest(Message request) {
    Map<String, @Nullable Object> said = new TreeMap<>();
    for (var name : List.of("values", "layers", "values_from", "set")) {
      var field = request.getDescriptorForType().findFieldByName(name);
      var value = request.getAllFields().get(field);
      if (value instanceof Struct struct) {
        said.put(name, StructValues.read(struct, name, new FieldRules()));
      } else if (value instanceof List<?> list) {
        said.put(name, list.stream().map(each -> text((Message) each)).toList());
      }
    }
    return said.isEmpty() ? "" : digest(said);
  }

  private static String text(Message message) {
    try {
      return JsonFormat.printer().sortingMapKeys().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the decoder lets only messages pass that are JSON", e);
    }
  }

  private static String digest(Struct values) {
    return digest(StructValues.read(values, "values", new FieldRules()));
  }

  private static String digest(Map<String, ?> values) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(SORTED.writeValueAsBytes(values));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException | JsonProcessingException e) {
      throw new IllegalStateException("every platform has SHA-256, every Struct is JSON", e);
    }
  }
}
