package io.helmgate.deployer.graphql;

import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.helmgate.proto.graphql.v1.Graphql;
import io.helmgate.proto.graphql.v1.GraphqlField;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which RPC each GraphQL root field stands for, as the methods' options say. */
final class RootFields {

  private final Map<String, RootField> byName;

  private RootFields(Map<String, RootField> byName) {
    this.byName = Map.copyOf(byName);
  }

  /**
   * An RPC as a root field.
   *
   * @param method path of the RPC, such as {@code /helmgate.HelmProxyService/GetApp}
   * @param result name of the response's field that is the root field's value; empty: all of the
   *     response
   */
  record RootField(String method, String result) {}

  static RootFields of(List<ServiceDescriptor> services) {
    var fields = new HashMap<String, RootField>();
    services.forEach(service -> add(service, fields));
    return new RootFields(fields);
  }

  private static void add(ServiceDescriptor generated, Map<String, RootField> fields) {
    if (!(generated.getSchemaDescriptor() instanceof ProtoServiceDescriptorSupplier schema)) {
      throw new IllegalStateException(generated.getName() + ": generated without descriptors");
    }
    var service = schema.getServiceDescriptor();
    for (var method : service.getMethods()) {
      GraphqlField option = method.getOptions().getExtension(Graphql.graphql);
      var name =
          switch (option.getOperationCase()) {
            case QUERY -> option.getQuery();
            case MUTATION -> option.getMutation();
            case SUBSCRIPTION -> option.getSubscription();
            case OPERATION_NOT_SET -> "";
          };
      if (!name.isEmpty()) {
        var path = "/" + service.getFullName() + "/" + method.getName();
        fields.put(name, new RootField(path, option.getResult()));
      }
    }
  }

  Optional<RootField> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
