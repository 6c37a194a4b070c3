package io.helmgate.kit.call;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import graphql.language.OperationDefinition.Operation;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import io.helmgate.proto.graphql.v1.Graphql;
import io.helmgate.proto.graphql.v1.GraphqlField;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Which RPC each GraphQL root field is. */
final class GraphqlRoots {

  static final String ARGUMENT = "input";

  /** The request field that says which fields to return. */
  private static final String READ_MASK = "view";

  /**
   * A root field.
   *
   * @param rpc the call that it makes
   * @param readMask the field of the request that takes the selection; empty if the result has no
   *     fields
   */
  record Root(Rpc rpc, Optional<FieldDescriptor> readMask) {}

  private record Key(Operation operation, String field) {}

  private final GraphQLSchema schema;
  private final Map<Key, Root> roots;

  private GraphqlRoots(GraphQLSchema schema, Map<Key, Root> roots) {
    this.schema = schema;
    this.roots = roots;
  }

  /**
   * The mapping; empty without an SDL.
   *
   * @throws IllegalArgumentException unless methods and root fields correspond one to one
   */
  static Optional<GraphqlRoots> of(String sdl, Collection<Rpc> rpcs) {
    if (sdl.isEmpty()) {
      rpcs.stream()
          .filter(rpc -> rpc.method().getOptions().hasExtension(Graphql.graphql))
          .forEach(
              rpc -> {
                throw wrong(rpc.path(), "an SDL");
              });
      return Optional.empty();
    }
    RuntimeWiring.Builder wiring = RuntimeWiring.newRuntimeWiring();
    GraphqlScalars.all().forEach(wiring::scalar);
    GraphQLSchema schema =
        new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(sdl), wiring.build());
    Map<Key, Root> roots = new HashMap<>();
    for (Rpc rpc : rpcs) {
      if (rpc.method().getOptions().hasExtension(Graphql.graphql)) {
        GraphqlField option = rpc.method().getOptions().getExtension(Graphql.graphql);
        Key key = key(rpc, option);
        if (roots.put(key, root(rpc, option, field(schema, key, rpc))) != null) {
          throw wrong(key.field(), "one method");
        }
      }
    }
    checkAllMapped(schema.getQueryType(), Operation.QUERY, roots.keySet());
    checkAllMapped(schema.getMutationType(), Operation.MUTATION, roots.keySet());
    checkAllMapped(schema.getSubscriptionType(), Operation.SUBSCRIPTION, roots.keySet());
    return Optional.of(new GraphqlRoots(schema, Map.copyOf(roots)));
  }

  GraphQLSchema schema() {
    return schema;
  }

  /** The root field; validation has shown that it is in the schema. */
  Root root(Operation operation, String field) {
    return Objects.requireNonNull(roots.get(new Key(operation, field)), field);
  }

  private static Key key(Rpc rpc, GraphqlField option) {
    return switch (option.getOperationCase()) {
      case QUERY -> new Key(Operation.QUERY, option.getQuery());
      case MUTATION -> new Key(Operation.MUTATION, option.getMutation());
      case SUBSCRIPTION -> new Key(Operation.SUBSCRIPTION, option.getSubscription());
      case OPERATION_NOT_SET -> throw wrong(rpc.path(), "a query, a mutation or a subscription");
    };
  }

  private static GraphQLFieldDefinition field(GraphQLSchema schema, Key key, Rpc rpc) {
    boolean streams = key.operation() == Operation.SUBSCRIPTION;
    if (rpc.method().isServerStreaming() != streams) {
      throw wrong(rpc.path(), "a subscription for a stream, and for nothing else");
    }
    GraphQLObjectType type =
        switch (key.operation()) {
          case QUERY -> schema.getQueryType();
          case MUTATION -> schema.getMutationType();
          case SUBSCRIPTION -> schema.getSubscriptionType();
        };
    GraphQLFieldDefinition field = type == null ? null : type.getFieldDefinition(key.field());
    if (field == null) {
      throw wrong(rpc.path(), key.field() + " in the SDL");
    }
    if (field.getArguments().size() != 1
        || !field.getArguments().getFirst().getName().equals(ARGUMENT)) {
      throw wrong(key.field(), "one argument named " + ARGUMENT);
    }
    return field;
  }

  private static Root root(Rpc rpc, GraphqlField option, GraphQLFieldDefinition field) {
    if (!(GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType result)) {
      return new Root(rpc, Optional.empty());
    }
    Descriptor element = rpc.method().getOutputType();
    if (!option.getResult().isEmpty()) {
      element = message(element, option.getResult());
    }
    checkFields(result, element, new HashSet<>());
    FieldDescriptor mask = rpc.requestType().findFieldByName(READ_MASK);
    // Without a mask a policy could not see what is selected.
    if (mask == null
        || mask.getJavaType() != FieldDescriptor.JavaType.MESSAGE
        || !mask.getMessageType().getFullName().equals(FieldMask.getDescriptor().getFullName())) {
      throw wrong(rpc.path(), "a field mask named " + READ_MASK + " in the request");
    }
    return new Root(rpc, Optional.of(mask));
  }

  /** Field names of the SDL become paths of a mask, and only root fields take arguments. */
  private static void checkFields(GraphQLObjectType type, Descriptor message, Set<String> seen) {
    if (!seen.add(type.getName())) {
      return;
    }
    for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
      if (!field.getArguments().isEmpty()) {
        throw wrong(type.getName() + "." + field.getName(), "no arguments");
      }
      if (message.findFieldByName(field.getName()) == null) {
        throw wrong(type.getName() + "." + field.getName(), "a field of " + message.getFullName());
      }
      // What is within an Any no descriptor tells; a mask takes it whole.
      if (GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType inner
          && !isAny(message.findFieldByName(field.getName()))) {
        checkFields(inner, message(message, field.getName()), seen);
      }
    }
  }

  private static boolean isAny(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals("google.protobuf.Any");
  }

  private static Descriptor message(Descriptor type, String field) {
    FieldDescriptor found = type.findFieldByName(field);
    if (found == null || found.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      throw wrong(type.getFullName() + "." + field, "a message field");
    }
    return found.getMessageType();
  }

  private static void checkAllMapped(GraphQLObjectType type, Operation operation, Set<Key> keys) {
    if (type == null) {
      return;
    }
    for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
      if (!keys.contains(new Key(operation, field.getName()))) {
        throw wrong(field.getName(), "a method that names it");
      }
    }
  }

  private static IllegalArgumentException wrong(String what, String expected) {
    return new IllegalArgumentException(
        "GraphQL mapping: " + what + " (expected: " + expected + ")");
  }
}
