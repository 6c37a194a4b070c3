package io.helmgate.deployer.graphql;

import graphql.GraphQL;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.json.ResponseJson;
import io.helmgate.proto.Helmgate;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Wires the SDL of the contract to the calls. */
final class GraphqlSchemas {

  private static final String SDL = "/helmgate/schema.graphqls";

  private GraphqlSchemas() {}

  static GraphQL helmgate(CallExecutor executor, ResponseJson json) {
    var rootFields = RootFields.of(Helmgate.getDescriptor().findServiceByName("HelmProxyService"));
    var resolver = new CallResolver(rootFields, executor, json);
    var wiring =
        RuntimeWiring.newRuntimeWiring()
            .scalar(GraphqlScalars.named("Time"))
            .scalar(GraphqlScalars.named("Map"))
            .type("Query", type -> type.defaultDataFetcher(resolver))
            .type("Mutation", type -> type.defaultDataFetcher(resolver))
            .build();
    try (var sdl =
        new InputStreamReader(
            GraphqlSchemas.class.getResourceAsStream(SDL), StandardCharsets.UTF_8)) {
      var schema =
          new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(sdl), wiring);
      return GraphQL.newGraphQL(schema).build();
    } catch (IOException e) {
      throw new UncheckedIOException("on the classpath: " + SDL, e);
    }
  }
}
