/**
 * OPA's bundles: archives of Rego, data and compiled modules, with a manifest and a signature.
 *
 * <p>In go the bytes of a {@code .tar.gz} file, from disk or from a server that speaks OPA's bundle
 * protocol ({@link io.helmgate.extauthz.policy.bundle.BundleServer}); out comes a {@link
 * io.helmgate.extauthz.policy.bundle.PolicyBundle} whose names, sizes and signature are good, or an
 * {@link io.helmgate.extauthz.policy.bundle.InvalidBundleException}. Nothing here runs a policy.
 */
@NullMarked
package io.helmgate.extauthz.policy.bundle;

import org.jspecify.annotations.NullMarked;
