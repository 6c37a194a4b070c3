/**
 * The builtin functions that OPA leaves to the host of a WebAssembly module, with OPA's results.
 *
 * <p>In go Rego values ({@link io.helmgate.extauthz.policy.wasm.builtin.Term}); out comes a Rego
 * value, or a {@link io.helmgate.extauthz.policy.wasm.builtin.BuiltinError} which makes the call
 * undefined. Nothing here touches memory of a module, files or the network.
 */
@NullMarked
package io.helmgate.extauthz.policy.wasm.builtin;

import org.jspecify.annotations.NullMarked;
