/**
 * Response messages as JSON.
 *
 * <p>In go messages of the contract, out go texts and trees. Knows protobuf and JSON.
 */
@NullMarked
package io.helmgate.deployer.json;

import org.jspecify.annotations.NullMarked;
