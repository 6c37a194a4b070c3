/**
 * HTTP requests to servers of keys and policies, bounded in time and size, with TLS that trusts
 * what is configured. It knows nothing of what is fetched.
 */
@NullMarked
package io.helmgate.extauthz.http;

import org.jspecify.annotations.NullMarked;
