/**
 * GraphQL: a document whose root fields are the calls that the gate decoded.
 *
 * <p>In go requests that passed the gate. graphql-java executes the document, but a root field's
 * resolver executes the decoded call of the same response key and looks at no argument. Out go
 * {@code data} and {@code errors}.
 */
@NullMarked
package io.helmgate.deployer.graphql;

import org.jspecify.annotations.NullMarked;
