package io.helmgate.kit.call;

import com.google.api.AnnotationsProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import graphql.schema.GraphQLSchema;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.helmgate.proto.HelmProxyServiceGrpc;
import io.helmgate.proto.deployer.v1.ChartServiceGrpc;
import io.helmgate.proto.deployer.v1.ClusterServiceGrpc;
import io.helmgate.proto.deployer.v1.OperationServiceGrpc;
import io.helmgate.proto.deployer.v1.PlanServiceGrpc;
import io.helmgate.proto.deployer.v1.ReleaseServiceGrpc;
import io.helmgate.proto.deployer.v1.RepositoryServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Every call that there is, by gRPC path, REST route and GraphQL field. A request for anything else
 * is refused. Immutable.
 */
public final class CallSchema {

  private static final String NO_SDL = "";

  private final Map<String, Rpc> rpcs;
  private final RestRoutes routes;
  private final RequestTypes types;
  private final Optional<GraphqlRoots> graphql;
  private final boolean described;

  private CallSchema(
      Map<String, Rpc> rpcs,
      RestRoutes routes,
      RequestTypes types,
      Optional<GraphqlRoots> graphql,
      boolean described) {
    this.rpcs = rpcs;
    this.routes = routes;
    this.types = types;
    this.graphql = graphql;
    this.described = described;
  }

  /**
   * The calls of all services of the files; methods that take a stream are none.
   *
   * @param files descriptors that know the extensions {@code google.api.http} and {@code
   *     helmgate.graphql.v1.graphql}
   * @param prototypes gives an empty message of each request type
   * @param sdl the GraphQL schema whose root fields the methods name; empty for none
   * @throws IllegalArgumentException if something in them is not supported, or ambiguous
   */
  public static CallSchema of(
      List<FileDescriptor> files, Function<Descriptor, Message> prototypes, String sdl) {
    return of(inFiles(files), prototypes, sdl, false, false);
  }

  private static List<ServiceDescriptor> inFiles(List<FileDescriptor> files) {
    return files.stream().flatMap(file -> file.getServices().stream()).toList();
  }

  /**
   * The calls of an API that nothing but its descriptors describe.
   *
   * @param set a serialized {@code google.protobuf.FileDescriptorSet} with all imports, as {@code
   *     buf build} and {@code protoc --include_imports --descriptor_set_out} write it
   * @param services full names of the services that count; empty for all
   * @param clientStreams whether methods that take a stream are among the calls, each by the first
   *     message of its stream
   * @throws IllegalArgumentException if it is no such set, lacks one of the services, or something
   *     in them is not supported, or ambiguous
   */
  public static CallSchema described(ByteString set, Set<String> services, boolean clientStreams) {
    List<ServiceDescriptor> found =
        DescriptorSet.services(set).stream()
            .filter(service -> services.isEmpty() || services.contains(service.getFullName()))
            .toList();
    Set<String> missing = new TreeSet<>(services);
    found.forEach(service -> missing.remove(service.getFullName()));
    if (found.isEmpty() || !missing.isEmpty()) {
      throw new IllegalArgumentException("services: missing " + missing);
    }
    return of(found, DynamicMessage::getDefaultInstance, NO_SDL, clientStreams, false);
  }

  private static CallSchema of(
      List<ServiceDescriptor> services,
      Function<Descriptor, Message> prototypes,
      String sdl,
      boolean clientStreams,
      boolean described) {
    Map<String, Rpc> rpcs = new HashMap<>();
    for (ServiceDescriptor service : services) {
      for (MethodDescriptor method : service.getMethods()) {
        if (clientStreams || !method.isClientStreaming()) {
          Rpc rpc = Rpc.of(method, prototypes.apply(method.getInputType()));
          rpcs.put(rpc.path(), rpc);
        }
      }
    }
    RequestTypes types = RequestTypes.of(rpcs.values().stream().map(Rpc::requestType).toList());
    Optional<GraphqlRoots> graphql = GraphqlRoots.of(sdl, rpcs.values());
    Set<String> reserved = new HashSet<>(rpcs.keySet());
    graphql.ifPresent(_ -> reserved.add(GraphqlRequests.PATH));
    if (described) {
      reserved.add(OpenapiRequests.PATH);
    }
    return new CallSchema(
        Map.copyOf(rpcs), routes(rpcs, types, reserved), types, graphql, described);
  }

  /** The services of the deployer, as generated. */
  public static List<io.grpc.ServiceDescriptor> services() {
    return List.of(
        HelmProxyServiceGrpc.getServiceDescriptor(),
        ReleaseServiceGrpc.getServiceDescriptor(),
        OperationServiceGrpc.getServiceDescriptor(),
        ChartServiceGrpc.getServiceDescriptor(),
        RepositoryServiceGrpc.getServiceDescriptor(),
        ClusterServiceGrpc.getServiceDescriptor(),
        PlanServiceGrpc.getServiceDescriptor());
  }

  /** An empty message of each type that the methods of all {@link #services} answer. */
  public static List<Message> responses() {
    return prototypes(io.grpc.MethodDescriptor::getResponseMarshaller).distinct().toList();
  }

  private static Stream<Message> prototypes(
      Function<io.grpc.MethodDescriptor<?, ?>, Marshaller<?>> side) {
    return services().stream()
        .flatMap(service -> service.getMethods().stream())
        .map(side)
        .map(CallSchema::prototype);
  }

  private static Message prototype(Marshaller<?> marshaller) {
    if (marshaller instanceof PrototypeMarshaller<?> generated
        && generated.getMessagePrototype() instanceof Message prototype) {
      return prototype;
    }
    throw new IllegalStateException("generated for no protobuf messages: " + marshaller);
  }

  /** The calls of all {@link #services}, and {@link Call#DESCRIBE}. */
  public static CallSchema helmgate() {
    Map<Descriptor, Message> prototypes = new HashMap<>();
    prototypes(io.grpc.MethodDescriptor::getRequestMarshaller)
        .forEach(prototype -> prototypes.put(prototype.getDescriptorForType(), prototype));
    List<FileDescriptor> files = new ArrayList<>();
    for (io.grpc.ServiceDescriptor service : services()) {
      if (!(service.getSchemaDescriptor() instanceof ProtoFileDescriptorSupplier schema)) {
        throw new IllegalStateException(service.getName() + ": generated without descriptors");
      }
      files.add(schema.getFileDescriptor());
    }
    return of(
        inFiles(files),
        type -> Objects.requireNonNull(prototypes.get(type), type.getFullName()),
        sdl("/helmgate/schema.graphqls"),
        false,
        true);
  }

  /**
   * The GraphQL schema, with the SDL's scalars and without data fetchers: {@link
   * graphql.schema.GraphQLSchema#transform} adds them. Throws IllegalStateException without an SDL.
   */
  public GraphQLSchema graphqlSchema() {
    return graphql
        .map(GraphqlRoots::schema)
        .orElseThrow(() -> new IllegalStateException("made without an SDL"));
  }

  Optional<GraphqlRoots> graphql() {
    return graphql;
  }

  /** Whether the description of the routes can be called for. */
  boolean isDescribed() {
    return described;
  }

  Optional<Rpc> rpc(String path) {
    return Optional.ofNullable(rpcs.get(path));
  }

  RestRoutes routes() {
    return routes;
  }

  RequestTypes types() {
    return types;
  }

  private static String sdl(String resource) {
    try (InputStream in =
        Objects.requireNonNull(CallSchema.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private static RestRoutes routes(
      Map<String, Rpc> rpcs, RequestTypes types, Set<String> reserved) {
    List<RestBinding> bindings = new ArrayList<>();
    for (Rpc rpc : rpcs.values()) {
      var options = rpc.method().getOptions();
      if (!rpc.clientStreaming() && options.hasExtension(AnnotationsProto.http)) {
        bindings.addAll(RestBinding.of(rpc, options.getExtension(AnnotationsProto.http), types));
      }
    }
    return RestRoutes.of(bindings, reserved);
  }
}
