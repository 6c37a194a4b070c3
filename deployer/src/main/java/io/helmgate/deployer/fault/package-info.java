/**
 * What a client is told when a call is not answered with its response.
 *
 * <p>In go a reason of the domain, violations of a request's rules or a refusal of the gate; out
 * goes one record that each transport writes in its own form. Knows the codes of gRPC and their
 * HTTP statuses, no transport.
 */
@NullMarked
package io.helmgate.deployer.fault;

import org.jspecify.annotations.NullMarked;
