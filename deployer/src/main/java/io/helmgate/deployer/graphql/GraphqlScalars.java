package io.helmgate.deployer.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.GraphQLScalarType;
import java.util.Locale;

/**
 * The scalars {@code Time} and {@code Map}. Results come in their JSON form already; inputs are
 * accepted as they are, since the decoder has read and checked them and resolvers do not look.
 */
final class GraphqlScalars {

  private GraphqlScalars() {}

  static GraphQLScalarType named(String name) {
    return GraphQLScalarType.newScalar().name(name).coercing(new AsIs()).build();
  }

  private static final class AsIs implements Coercing<Object, Object> {
    @Override
    public Object serialize(Object result, GraphQLContext context, Locale locale) {
      return result;
    }

    @Override
    public Object parseValue(Object input, GraphQLContext context, Locale locale) {
      return input;
    }

    @Override
    public Object parseLiteral(
        Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
      return input;
    }
  }
}
