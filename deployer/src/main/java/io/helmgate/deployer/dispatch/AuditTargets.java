package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.audit.AuditTarget;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.HistoryFilter;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import java.util.Optional;
import java.util.function.Function;

/** Says what a request is about. */
final class AuditTargets {

  /** Where resource names of releases have what. */
  private static final int CLUSTER = 1;

  private static final int NAMESPACE = 3;

  private static final int RELEASE = 5;

  private static final int OPERATION = 7;

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
              digest(rules -> AppRequests.values(input, rules)));
      case InstallReleaseRequest install ->
          new AuditTarget(
              part(install.getParent(), CLUSTER),
              part(install.getParent(), NAMESPACE),
              install.getReleaseId(),
              install.getChart(),
              install.getVersion(),
              digest(rules -> ValuesRequests.read(install, rules)));
      case UpgradeReleaseRequest upgrade ->
          new AuditTarget(
              part(upgrade.getName(), CLUSTER),
              part(upgrade.getName(), NAMESPACE),
              part(upgrade.getName(), RELEASE),
              upgrade.getChart(),
              upgrade.getVersion(),
              digest(rules -> ValuesRequests.read(upgrade, rules)));
      default -> {
        var name = text(request, "name") + text(request, "parent");
        yield name.startsWith("repositories/")
            ? chart(name.split("/", -1))
            : target(part(name, CLUSTER), part(name, NAMESPACE), part(name, RELEASE));
      }
    };
  }

  /** Id of the operation that a request names; empty when it names none. */
  static String operation(Message request) {
    return part(text(request, "name"), OPERATION);
  }

  private static AuditTarget target(String cluster, String namespace, String release) {
    return new AuditTarget(cluster, namespace, release, "", "", "");
  }

  /** Of a repository the part before the slash is shown alone. */
  private static AuditTarget chart(String[] name) {
    return new AuditTarget("", "", "", part(name, 1) + "/" + part(name, 3), part(name, 5), "");
  }

  private static String text(Message request, String name) {
    var field = request.getDescriptorForType().findFieldByName(name);
    return field != null && request.getField(field) instanceof String text ? text : "";
  }

  /** A part of the name of something in a cluster; empty when it is no such name. */
  private static String part(String name, int index) {
    return name.startsWith("clusters/") ? part(name.split("/", -1), index) : "";
  }

  private static String part(String[] name, int index) {
    return name.length > index ? name[index] : "";
  }

  /** As in the record of the operation; there is none of what is no JSON. */
  private static String digest(Function<FieldRules, Optional<ValuesRequest>> values) {
    var rules = new FieldRules();
    var read = values.apply(rules);
    return rules.result(() -> read.map(ValuesRequest::digest).orElse(""))
            instanceof Validation.Valid<String>(String digest)
        ? digest
        : "";
  }
}
