/**
 * gRPC and gRPC-Web: the messages of the contract as they are.
 *
 * <p>In go requests that passed the gate; the message that the gRPC library parsed must be the one
 * that the gate decoded, which is then executed. Out go response messages, and faults as {@code
 * google.rpc.Status}.
 */
@NullMarked
package io.helmgate.deployer.grpc;

import org.jspecify.annotations.NullMarked;
