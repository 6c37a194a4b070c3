package io.helmgate.kit.call;

import graphql.GraphQLException;
import graphql.language.AstTransformer;
import graphql.language.Directive;
import graphql.language.Document;
import graphql.language.Node;
import graphql.language.NodeVisitorStub;
import graphql.language.OperationDefinition;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.schema.GraphQLSchema;
import graphql.util.TraversalControl;
import graphql.util.TraverserContext;
import graphql.util.TreeTransformerUtil;
import graphql.validation.ValidationError;
import graphql.validation.Validator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads GraphQL documents: bounded, valid, and with the operation that is meant. */
final class GraphqlDocuments {

  // A longer number fits neither a double nor an Int, and is slow to read.
  private static final int MAX_NUMBER_LENGTH = 400;
  private static final Set<String> CONDITIONS = Set.of("skip", "include");

  private final GraphQLSchema schema;
  private final CallLimits limits;
  private final ParserOptions options;

  GraphqlDocuments(GraphQLSchema schema, CallLimits limits) {
    this.schema = schema;
    this.limits = limits;
    this.options =
        ParserOptions.newParserOptions()
            .captureIgnoredChars(false)
            .captureLineComments(false)
            .maxCharacters(limits.maxDecompressedBytes())
            .maxTokens(limits.maxGraphqlTokens())
            .parsingListener(token -> checkNumber(token.getText()))
            .build();
  }

  Document parse(String query) throws RefusedException {
    ParserEnvironment environment =
        ParserEnvironment.newParserEnvironment()
            .document(query)
            .parserOptions(options)
            .locale(Locale.ENGLISH)
            .build();
    Document document;
    try {
      document = new Parser().parseDocument(environment);
    } catch (GraphQLException e) {
      throw RefusedException.malformed("query: " + e.getMessage(), e);
    }
    DocumentSize.check(document, limits);
    List<ValidationError> errors =
        new Validator().validateDocument(schema, document, Locale.ENGLISH);
    if (!errors.isEmpty()) {
      throw RefusedException.malformed("query: " + errors.getFirst().getMessage());
    }
    return document;
  }

  /** The operation of that name, or the only one. */
  static OperationDefinition operation(Document document, Optional<String> name)
      throws RefusedException {
    List<OperationDefinition> operations =
        document.getDefinitionsOfType(OperationDefinition.class).stream()
            .filter(operation -> name.isEmpty() || name.get().equals(operation.getName()))
            .toList();
    if (operations.size() != 1) {
      throw RefusedException.malformed(
          "operationName: %d operations fit (expected: it names one, or there is only one)"
              .formatted(operations.size()));
    }
    return operations.getFirst();
  }

  /** The document without {@code @skip} and {@code @include}, so that everything is executed. */
  static Document unconditional(Document document) throws RefusedException {
    ConditionRemover remover = new ConditionRemover();
    Document unconditional = (Document) new AstTransformer().transform(document, remover);
    if (remover.unsupported.isPresent()) {
      throw RefusedException.malformed(
          "query: directive @%s is not supported".formatted(remover.unsupported.get()));
    }
    return unconditional;
  }

  private static void checkNumber(String token) {
    if (token.length() > MAX_NUMBER_LENGTH && token.charAt(0) != '"' && token.charAt(0) != '#') {
      throw new GraphQLException("token of %d characters".formatted(token.length()));
    }
  }

  private static final class ConditionRemover extends NodeVisitorStub {
    private Optional<String> unsupported = Optional.empty();

    @Override
    public TraversalControl visitDirective(
        Directive directive, @SuppressWarnings("rawtypes") TraverserContext<Node> context) {
      if (!CONDITIONS.contains(directive.getName())) {
        unsupported = Optional.of(directive.getName());
      }
      return TreeTransformerUtil.deleteNode(context);
    }
  }
}
