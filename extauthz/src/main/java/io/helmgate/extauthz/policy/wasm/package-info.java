/**
 * Runs compiled policies: WebAssembly modules with OPA's ABI, on Chicory, through the bindings of
 * opa-java-wasm.
 *
 * <p>In go a module, its data and, for each evaluation, the input as JSON bytes ({@link
 * io.helmgate.extauthz.policy.wasm.WasmPolicy}); out comes the result as JSON or why there is none
 * ({@link io.helmgate.extauthz.policy.wasm.Evaluation}). It knows neither Rego sources nor what a
 * decision looks like.
 */
@NullMarked
package io.helmgate.extauthz.policy.wasm;

import org.jspecify.annotations.NullMarked;
