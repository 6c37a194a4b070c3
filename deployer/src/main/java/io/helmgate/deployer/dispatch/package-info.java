/**
 * Executes calls: the one place where a call of the contract becomes a use case of the domain.
 *
 * <p>In go a decoded call and who makes it; out go the response message or a fault, a metric and an
 * audit record. Requests are validated here, whatever transport they came by. Knows the contract's
 * messages and the domain, no transport.
 */
@NullMarked
package io.helmgate.deployer.dispatch;

import org.jspecify.annotations.NullMarked;
