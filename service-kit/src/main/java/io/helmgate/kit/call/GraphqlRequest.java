package io.helmgate.kit.call;

import graphql.language.Document;
import java.util.Map;
import java.util.Optional;

/**
 * A GraphQL request as it was decoded: parsed and valid against {@link CallSchema#graphqlSchema()}.
 * Whoever executes it executes this document, never its text again.
 *
 * @param document the parsed document
 * @param operationName the operation meant; empty if the document has only one
 * @param variables raw variables, values as Java objects; a null is a JSON null
 */
public record GraphqlRequest(
    Document document, Optional<String> operationName, Map<String, Object> variables) {}
