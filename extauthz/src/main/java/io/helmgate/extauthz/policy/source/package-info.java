/**
 * Where a policy comes from: reads its files and has {@code opa} compile them to WebAssembly.
 *
 * <p>In go inline Rego or files and directories ({@link
 * io.helmgate.extauthz.policy.source.PolicySource}); out comes a module with its data, or what is
 * wrong by file, line and column ({@link io.helmgate.extauthz.policy.source.Compilation}). It knows
 * nothing of how modules run.
 */
@NullMarked
package io.helmgate.extauthz.policy.source;

import org.jspecify.annotations.NullMarked;
