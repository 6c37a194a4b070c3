/**
 * How many calls an organisation, a user or an address may make in a minute.
 *
 * <p>In goes who makes a request and how many calls; out comes whether they are within the limits,
 * and what the client is told of them. Buckets are shared by Redis, or each replica allows its part
 * of a limit. Nothing here knows Envoy.
 */
@NullMarked
package io.helmgate.extauthz.limits.rate;

import org.jspecify.annotations.NullMarked;
