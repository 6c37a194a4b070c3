/**
 * REST: a decoded call is executed and its response printed as proto JSON.
 *
 * <p>In go requests that passed the gate; out go JSON responses, and faults as RFC 9457 problems.
 * Routes and request bodies are the decoder's business, not this package's.
 */
@NullMarked
package io.helmgate.deployer.rest;

import org.jspecify.annotations.NullMarked;
