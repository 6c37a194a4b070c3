/**
 * The whole system on one machine, for {@code make sandbox} and for tests.
 *
 * <p>In: a checkout whose tools and services are built. Out: running servers, and a file that names
 * each of them. Starts services as they ship and shares no code with them.
 *
 * <p>{@code tools} installs third-party programs; {@code process} runs programs; {@code tls},
 * {@code cluster}, {@code identity}, {@code charts}, {@code gateway} and {@code service} are the
 * parts.
 */
@NullMarked
package io.helmgate.sandbox;

import org.jspecify.annotations.NullMarked;
