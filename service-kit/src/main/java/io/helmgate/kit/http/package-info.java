/**
 * HTTP requests to servers of keys, policies and the like, bounded in time and size, with TLS that
 * trusts what is configured. It knows nothing of what is fetched.
 */
@NullMarked
package io.helmgate.kit.http;

import org.jspecify.annotations.NullMarked;
